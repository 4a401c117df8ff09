using System.Diagnostics;
using System.Globalization;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Demo;

/// <summary>Five things that the server does, each by a call over the wire, printed for a person to read.</summary>
internal sealed class DemoTour
{
    private const string Member = "M00000066";
    private const string Placement = "app.home";
    private const int Slots = 6;
    private readonly DecisionService.DecisionServiceClient _decisions;
    private readonly AvailabilityService.AvailabilityServiceClient _availability;
    private readonly DemoSearch _search;
    private readonly Uri _address;

    public DemoTour(ChannelBase channel, Uri address)
    {
        _decisions = new DecisionService.DecisionServiceClient(channel);
        _availability = new AvailabilityService.AvailabilityServiceClient(channel);
        _search = new DemoSearch(_decisions, new CatalogService.CatalogServiceClient(channel), Member);
        _address = address;
    }

    public async Task Run()
    {
        PlacementDecision before = await NextBestOffers();
        await _search.Run();
        DecidedOffer gone = before.Offers[0];
        await OutOfStock(gone);
        await Explain(gone);
        await UnknownMember();
        TryItYourself();
    }

    private async Task<PlacementDecision> NextBestOffers()
    {
        Console.WriteLine($"== 1. Next best offers: placement {Placement} for member {Member}");
        await _decisions.NextBestOffersAsync(Request(Member));
        long start = Stopwatch.GetTimestamp();
        NextBestOffersResponse response = await _decisions.NextBestOffersAsync(Request(Member));
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Console.Write(Table(response.Placements[0]));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"     from generation {response.GenerationId}, availability epoch {response.AvailabilityEpoch}, {milliseconds:F1} ms over the wire, this client included"));
        Console.WriteLine();
        return response.Placements[0];
    }

    private async Task OutOfStock(DecidedOffer gone)
    {
        Console.WriteLine($"== 3. Offer {gone.OfferId} ({gone.Content["title"]}) runs out of stock");
        var update = new UpdateAvailabilityRequest { Updates = { new AvailabilityUpdate { OfferId = gone.OfferId, Stock = 0 } } };
        UpdateAvailabilityResponse updated = await _availability.UpdateAvailabilityAsync(update);
        NextBestOffersRequest request = Request(Member);
        request.MinAvailabilityEpoch = updated.AvailabilityEpoch;
        PlacementDecision after = (await _decisions.NextBestOffersAsync(request)).Placements[0];
        if (after.Offers.Any(offer => offer.OfferId == gone.OfferId))
            throw new DemoException($"{gone.OfferId} is out of stock and was shown all the same.");
        Console.WriteLine($"     The next decision (epoch {updated.AvailabilityEpoch}) leaves it out, and the ones behind it move up:");
        Console.Write(Table(after));
        Console.WriteLine();
    }

    private async Task Explain(DecidedOffer gone)
    {
        Console.WriteLine($"== 4. Why? Every candidate of member {Member}, with its score and its reason");
        NextBestOffersRequest request = Request(Member);
        (request.Explain, request.DryRun) = (true, true);
        PlacementDecision decision = (await _decisions.NextBestOffersAsync(request)).Placements[0];
        var table = new TextTable("offer", "score", "propensity", "context", "value", "boost", "reason");
        foreach (Candidate each in decision.Candidates.Where(each => each.Source == OfferSource.Member).OrderByDescending(each => each.Score).Take(14))
        {
            table.Add(
                each.OfferId, Number(each.Score), Part(each, "propensity"), Part(each, "context"), Part(each, "value"), Part(each, "boost"),
                each.OfferId == gone.OfferId ? Name(each.Reason) + "  <- just now" : Name(each.Reason));
        }

        Console.Write(table);
        IEnumerable<string> sums = decision.Candidates.GroupBy(each => each.Reason).OrderByDescending(each => each.Count()).Select(each => $"{each.Count()} {Name(each.Key)}");
        Console.WriteLine($"     all {decision.Candidates.Count} candidates: {string.Join(", ", sums)}");
        Console.WriteLine();
    }

    private async Task UnknownMember()
    {
        Console.WriteLine("== 5. A member nobody has heard of: the fallback ladder answers");
        NextBestOffersResponse response = await _decisions.NextBestOffersAsync(Request("nobody-knows-me"));
        Console.Write(Table(response.Placements[0]));
        Console.WriteLine();
    }

    private void TryItYourself()
    {
        string address = _address.GetLeftPart(UriPartial.Authority);
        Console.WriteLine("== Try it yourself (buf is on npm as @bufbuild/buf; the server describes itself by reflection)");
        Console.WriteLine($"     buf curl --protocol grpc --http2-prior-knowledge --list-methods {address}");
        Console.WriteLine("     buf curl --protocol grpc --http2-prior-knowledge \\");
        Console.WriteLine($"       -d '{{\"member_id\":\"{Member}\",\"placements\":[{{\"placement\":\"{Placement}\",\"count\":3}}]}}' \\");
        Console.WriteLine($"       {address}/decisionserver.v1.DecisionService/NextBestOffers");
        Console.WriteLine();
    }

    private static NextBestOffersRequest Request(string member) => new()
    {
        MemberId = member,
        Placements = { new PlacementRequest { Placement = Placement, Count = Slots } },
        Context = new Context { Channel = "app" },
    };

    private static TextTable Table(PlacementDecision decision)
    {
        var table = new TextTable("rank", "offer", "title", "category", "price", "score", "source", "valid until");
        foreach (DecidedOffer offer in decision.Offers)
        {
            table.Add(
                offer.Rank.ToString(CultureInfo.InvariantCulture),
                offer.OfferId,
                offer.Content.GetValueOrDefault("title", ""),
                offer.Content.GetValueOrDefault("category", ""),
                offer.HasPriceMinor ? (offer.PriceMinor / 100m).ToString("F2", CultureInfo.InvariantCulture) : "",
                Number(offer.Score),
                Name(offer.Source),
                offer.ValidUntil?.ToDateTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "");
        }

        return table;
    }

    private static string Part(Candidate candidate, string part) => candidate.ScoreParts.TryGetValue(part, out float value) ? Number(value) : "";

    private static string Number(float value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Name<T>(T value)
        where T : struct, Enum => string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? " " + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
