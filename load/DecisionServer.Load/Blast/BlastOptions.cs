namespace DecisionServer.Load.Blast;

/// <summary>Which request a blast sends.</summary>
public enum CallKind
{
    /// <summary>NextBestOffers, or a method that takes the same message.</summary>
    NextBestOffers,

    /// <summary>ActivateOffer.</summary>
    Activate,

    /// <summary>RankSearch.</summary>
    RankSearch,
}

/// <summary>What a blast does.</summary>
public sealed record BlastOptions
{
    /// <summary>http://host:port.</summary>
    public required Uri Server { get; init; }

    /// <summary>Which request.</summary>
    public CallKind Call { get; init; } = CallKind.NextBestOffers;

    /// <summary>package.Service/Method; null: that of <see cref="Call"/>.</summary>
    public string? Method { get; init; }

    /// <summary>Members to choose from.</summary>
    public int Members { get; init; } = 2_000_000;

    /// <summary>Offers of the catalogue, for searches.</summary>
    public int CatalogueOffers { get; init; } = 2_000;

    /// <summary>The offer that is activated.</summary>
    public string Offer { get; init; } = "OF000000";

    /// <summary>Connections.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Calls in flight on each connection: always so many (closed loop), or at most (open loop).</summary>
    public int Streams { get; init; } = 64;

    /// <summary>Open loop: calls in a row on one connection.</summary>
    public int Bunch { get; init; } = 1;

    /// <summary>How long a caller waits for an answer, ms: one that comes later is a failure, and a call that could not be sent by then is not sent. 0: any time.</summary>
    public int DeadlineMs { get; init; }

    /// <summary>Threads, at most the number of connections.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Measured seconds.</summary>
    public double Seconds { get; init; } = 5;

    /// <summary>Seconds before that.</summary>
    public double Warmup { get; init; } = 2;

    /// <summary>Calls a second of the open loop; 0: closed loop.</summary>
    public double Rate { get; init; }

    /// <summary>The same seed, the same members.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Every so manieth answer is decoded and checked; 0: none.</summary>
    public int Verify { get; init; }

    /// <summary>Seconds to wait for answers after the last call was sent; those still missing count as unanswered.</summary>
    public double Grace { get; init; } = 10;
}
