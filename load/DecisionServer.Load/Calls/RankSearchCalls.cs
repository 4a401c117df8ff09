using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Load.Calls;

/// <summary>RankSearch: 50 candidates of the generated catalogue for a random member. 256 different searches, made before the run.</summary>
public sealed class RankSearchCalls : ICallSource
{
    /// <summary>The real method.</summary>
    public const string DefaultPath = "/decisionserver.v1.DecisionService/RankSearch";

    /// <summary>Candidates of a search.</summary>
    public const int Candidates = 50;

    private const int Searches = 256;
    private const int FirstItem = 1_000_000;
    private readonly MemberIds _members;
    private readonly byte[][] _searches;
    private int _next;

    /// <summary>Makes the searches.</summary>
    /// <param name="members">Who searches.</param>
    /// <param name="offers">Offers of the catalogue; it has five items an offer.</param>
    /// <param name="seed">The same seed, the same searches.</param>
    /// <param name="path">Another method that takes the same message.</param>
    public RankSearchCalls(MemberIds members, int offers, int seed, string path = DefaultPath)
    {
        _members = members;
        Path = path;
        var random = new Random(seed);
        _searches = [.. Enumerable.Range(0, Searches).Select(_ => Search(random, 5 * offers).ToByteArray())];
        MaxLength = MemberIds.FieldLength + _searches.Max(search => search.Length);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public int MaxLength { get; }

    /// <inheritdoc/>
    public int WriteNext(Span<byte> into)
    {
        byte[] search = _searches[_next++ % Searches];
        _members.WriteNext(into);
        search.CopyTo(into[MemberIds.FieldLength..]);
        return MemberIds.FieldLength + search.Length;
    }

    /// <inheritdoc/>
    public string? Check(ReadOnlySpan<byte> message)
    {
        RankSearchResponse answer = RankSearchResponse.Parser.ParseFrom(message);
        if (answer.Items.Count == 0 || answer.GenerationId.Length == 0)
            return "no items";
        return answer.Degraded ? "degraded: the base order was returned" : null;
    }

    // Everything but the member, which stands in front.
    private static RankSearchRequest Search(Random random, int items)
    {
        var search = new RankSearchRequest { Query = "milk" };
        var chosen = new HashSet<int>();
        while (chosen.Count < Math.Min(Candidates, items))
        {
            int item = random.Next(items);
            if (chosen.Add(item))
                search.Candidates.Add(new SearchCandidate { ItemId = $"{FirstItem + item}", Relevance = 1f / chosen.Count });
        }

        return search;
    }
}
