using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using DecisionServer.Store;
using DecisionServer.V1;

namespace DecisionServer.Services;

/// <summary>Pages of a catalogue. A token names the generation and the index of the first offer: indexes are stable within a generation.</summary>
internal static class OfferPage
{
    /// <summary>Most offers of a page.</summary>
    public const int MaxSize = 1_000;

    private const int DefaultSize = 100;

    // A page ends early rather than go over what clients accept in a message (4 MiB by default).
    private const int MaxBytes = 3 << 20;

    /// <summary>The page that a request asks for.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: size or token.</exception>
    public static ListOffersResponse Read(ListOffersRequest request, string generationId, CatalogueSnapshot catalogue)
    {
        if (request.PageSize is < 0 or > MaxSize)
            throw Errors.InvalidArgument("page_size", $"is {request.PageSize}, must be between 1 and {MaxSize}, or 0 for {DefaultSize}");
        var index = request.PageToken.Length == 0 ? 0 : ReadToken(request.PageToken, generationId, catalogue.Count);
        var size = request.PageSize == 0 ? DefaultSize : request.PageSize;
        var response = new ListOffersResponse { GenerationId = generationId };
        var bytes = 0;
        for (; index < catalogue.Count && response.Offers.Count < size; index++)
        {
            var offer = OfferMapping.ToProto(catalogue[index].Config);
            bytes += offer.CalculateSize();
            if (bytes > MaxBytes && response.Offers.Count > 0) break;
            response.Offers.Add(offer);
        }

        if (index < catalogue.Count) response.NextPageToken = Token(generationId, index);
        return response;
    }

    private static string Token(string generationId, int index) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture) + "/" + generationId));

    private static int ReadToken(string token, string generationId, int count)
    {
        if (!TryReadToken(token, out var ofGeneration, out var index))
            throw Errors.InvalidArgument("page_token", "is not a token of ListOffers");
        if (ofGeneration != generationId)
            throw Errors.InvalidArgument("page_token", $"is of another generation, \"{generationId}\" is current: begin with the first page");
        return index <= count ? index : throw Errors.InvalidArgument("page_token", "is not a token of ListOffers");
    }

    private static bool TryReadToken(string token, [NotNullWhen(true)] out string? generationId, out int index)
    {
        (generationId, index) = (null, 0);
        if (token.Length > 512 || !Base64Url.IsValid(token)) return false;
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !int.TryParse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out index)) return false;
        generationId = text[(slash + 1)..];
        return true;
    }
}
