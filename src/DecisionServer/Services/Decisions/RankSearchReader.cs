using DecisionServer.Engine;

namespace DecisionServer.Services.Decisions;

/// <summary>Checks a request for a search ranking against every limit of decision_service.proto and hands it to the engine.</summary>
internal static class RankSearchReader
{
    /// <summary>Most candidates of a request.</summary>
    public const int MaxCandidates = 1_000;

    /// <summary>Longest query, in bytes of UTF-8.</summary>
    public const int MaxQueryBytes = 256;

    /// <summary>Fills <paramref name="into"/>, which is empty.</summary>
    /// <param name="from">The request.</param>
    /// <param name="into">The engine's request.</param>
    /// <param name="seen">An empty set, to find items given twice.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: names the first field at fault.</exception>
    public static void Read(V1.RankSearchRequest from, SearchRequest into, HashSet<string> seen)
    {
        into.MemberId = Ids.Require(from.MemberId, "member_id");
        Ids.Text(from.Query, "query", MaxQueryBytes);

        if (from.Candidates.Count == 0) throw Errors.InvalidArgument("candidates", "is empty, between 1 and 1000 items are needed");
        Ids.Count(from.Candidates.Count, "candidates", MaxCandidates);
        for (var i = 0; i < from.Candidates.Count; i++)
        {
            var item = from.Candidates[i];
            Ids.Require(item.ItemId, "candidates", i, "item_id");
            if (!seen.Add(item.ItemId)) throw Errors.InvalidArgument($"candidates[{i}].item_id", $"\"{item.ItemId}\" is there already, each item may be given once");
            if (!float.IsFinite(item.Relevance)) throw Errors.InvalidArgument($"candidates[{i}].relevance", "is not a finite number");
            if (item.Category.Length > 0) Ids.Require(item.Category, "candidates", i, "category");
            if (item.Brand.Length > 0) Ids.Require(item.Brand, "candidates", i, "brand");
            into.Items.Add(new SearchItem(item.ItemId, item.Relevance, item.Category, item.Brand));
        }

        ContextReader.Read(from.Context, into.Context);
        if (from.Count is < 0 or > MaxCandidates)
            throw Errors.InvalidArgument("count", $"is {from.Count}, must be between 1 and {MaxCandidates}, or 0 for all");
        into.Count = from.Count;
    }
}
