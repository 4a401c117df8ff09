using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Client.Calling;

/// <summary>What may be done with a call whose outcome is not known.</summary>
internal enum MethodKind
{
    /// <summary>It may have taken effect, and would again: never tried again.</summary>
    Once,

    /// <summary>It changes nothing that anybody relies on: may be tried again.</summary>
    Read,

    /// <summary>It carries an idempotency key: tried again under the same key it takes effect once.</summary>
    Keyed,
}

/// <summary>Sorts the contract's methods.</summary>
internal static class MethodKinds
{
    private static readonly HashSet<string> Reads = new(StringComparer.Ordinal)
    {
        Name(DecisionService.Descriptor, "NextBestOffers"),
        Name(DecisionService.Descriptor, "RankSearch"),
        Name(AvailabilityService.Descriptor, "GetAvailability"),
        Name(CatalogService.Descriptor, "GetOffer"),
        Name(CatalogService.Descriptor, "ListOffers"),
        Name(CatalogService.Descriptor, "ListPlacements"),
        Name(CatalogService.Descriptor, "ListCapRules"),
        Name(MemberService.Descriptor, "GetMember"),
        Name(MemberService.Descriptor, "ExportMember"),
        Name(IngestService.Descriptor, "GetGeneration"),
        Name(IngestService.Descriptor, "ListGenerations"),
        Name(AdminService.Descriptor, "ListAudit"),
        Name(FleetService.Descriptor, "GetFleet"),
        Name(FleetService.Descriptor, "GetDigest"),
        Name(Grpc.Health.V1.Health.Descriptor, "Check"),
    };

    /// <summary>The kind of a method. What is not known here and has no key is called once.</summary>
    public static MethodKind Of(IMethod method, bool hasKey) =>
        hasKey ? MethodKind.Keyed
        : Reads.Contains(method.FullName) ? MethodKind.Read
        : MethodKind.Once;

    private static string Name(Google.Protobuf.Reflection.ServiceDescriptor service, string method) =>
        $"/{service.FullName}/{service.FindMethodByName(method)?.Name ?? throw new InvalidOperationException($"the contract has no {method}")}";
}
