using DecisionServer.Client.Calling;
using DecisionServer.V1;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace DecisionServer.Client.Tests.Calling;

public sealed class MethodKindTests
{
    private static readonly ServiceDescriptor[] Services =
    [
        DecisionService.Descriptor, AvailabilityService.Descriptor, CatalogService.Descriptor, MemberService.Descriptor,
        IngestService.Descriptor, AdminService.Descriptor, FleetService.Descriptor,
    ];

    // Whoever adds a method says here what may be done with it.
    [Fact]
    public void Of_MethodsThatMayNotBeRepeated_AreTheseAndNoOthers() => Assert.Equal(
        [
            "BackupJournal", "BeginGeneration", "DropGeneration", "PublishGeneration", "RollbackGeneration", "SealGeneration",
        ],
        from service in Services
        from method in service.Methods
        where !method.IsClientStreaming && !method.IsServerStreaming && Kind(method) == MethodKind.Once
        orderby method.Name
        select method.Name);

    [Fact]
    public void Of_MethodsThatGetAKey_AreAllThatHaveOne()
    {
        MethodDescriptor[] keyed = [.. Services.SelectMany(service => service.Methods).Where(method => Kind(method) == MethodKind.Keyed)];

        Assert.Contains(keyed, method => method.Name == "RedeemOffer");
        Assert.All(keyed, method => Assert.NotNull(method.InputType.FindFieldByName("idempotency_key")));
    }

    private static MethodKind Kind(MethodDescriptor method) =>
        MethodKinds.Of(new Named(method), method.InputType.FindFieldByName("idempotency_key") is not null);

    private sealed class Named(MethodDescriptor method) : IMethod
    {
        public MethodType Type => MethodType.Unary;

        public string ServiceName => method.Service.FullName;

        public string Name => method.Name;

        public string FullName => $"/{ServiceName}/{Name}";
    }
}
