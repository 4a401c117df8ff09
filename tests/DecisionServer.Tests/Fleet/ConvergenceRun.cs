using System.Collections.Concurrent;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DecisionServer.Tests.Fleet;

/// <summary>
/// Random actions on all nodes of a fleet while its links, its processes, Redis and PostgreSQL are disturbed; and a ledger of what was acknowledged. Each action keeps its
/// idempotency key until an answer has come, whichever node gives it.
/// </summary>
internal sealed class ConvergenceRun(FleetCluster fleet, int seed)
{
    private const int Members = 40;
    private const int Stock = 25;
    private const int ActionsOfARound = 60;
    private const string Scarce = "OF000007";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);
    private readonly Random _random = new(seed);
    private readonly ConcurrentDictionary<string, (IMessage Request, IMessage Answer)> _answered = new();
    private readonly ConcurrentDictionary<string, ulong> _versions = new();
    private readonly Dictionary<string, bool> _lastWord = [];
    private int _actions;
    private int _redeemed;

    /// <summary>What was done to the fleet, for the message of a failure.</summary>
    public List<string> Story { get; } = [];

    /// <summary>Gives the scarce offer its stock.</summary>
    public async Task Begin() => await fleet.Nodes[0].Availability.UpdateAvailabilityAsync(
        new UpdateAvailabilityRequest { Updates = { new AvailabilityUpdate { OfferId = Scarce, Stock = Stock, Version = 1 } } });

    /// <summary>One round: trouble, actions meanwhile, an end of the trouble, and then all nodes must agree.</summary>
    public async Task Round(int number)
    {
        var actions = Enumerable.Range(0, ActionsOfARound).Select(_ => NextAction()).ToList();
        var trouble = NextTrouble();
        Story.Add($"round {number}: {trouble.Name}");

        // 1. Actions, one after the other on each of four callers, while there is trouble.
        using var giveUp = new CancellationTokenSource(Bound);
        var work = actions.Chunk(ActionsOfARound / 4).Select(part => Task.Run(() => Run(part, giveUp.Token))).ToList();
        await trouble.Make();
        await trouble.End();

        // 2. Now each of them gets its answer.
        await Task.WhenAll(work);

        // 3. All nodes hold the same, and what was acknowledged.
        await fleet.Converge();
        await Check();
    }

    /// <summary>What the ledger says against what truth and all nodes say.</summary>
    public async Task Check()
    {
        Assert.True(_redeemed <= Stock, $"{_redeemed} redemptions of {Stock} in stock");
        var sample = _answered.Values.OrderBy(_ => _random.Next()).Take(20).ToList();
        foreach (var (request, answer) in sample)
        {
            if (request is UpdateAvailabilityRequest) continue;
            Assert.Equal(answer, await Send(AnyNode(), request));
        }

        foreach (var (offer, available) in _lastWord)
        {
            var row = (await AnyNode().Availability.GetAvailabilityAsync(new GetAvailabilityRequest { OfferId = offer })).Rows.Single();
            Assert.Equal(available, row.Available);
        }

        foreach (var group in _answered.Values.Where(each => each is { Request: ActivateOfferRequest, Answer: ActivateOfferResponse { Refusal: Refusal.Unspecified } })
            .GroupBy(each => ((ActivateOfferRequest)each.Request).MemberId))
        {
            var state = (await AnyNode().Members.GetMemberAsync(new GetMemberRequest { MemberId = group.Key })).Member;
            var known = state.Activated.Select(offer => offer.OfferId).Concat(state.Redeemed.Select(offer => offer.OfferId)).ToHashSet(StringComparer.Ordinal);
            Assert.All(group, each => Assert.Contains(((ActivateOfferRequest)each.Request).OfferId, known));
        }
    }

    private async Task Run(IMessage[] actions, CancellationToken giveUp)
    {
        foreach (var action in actions)
        {
            while (true)
            {
                giveUp.ThrowIfCancellationRequested();
                try
                {
                    var answer = await Send(AnyNode(), action);
                    if (_answered.TryAdd(KeyOf(action), (action, answer)) && answer is RedeemOfferResponse { Refusal: Refusal.Unspecified }) Interlocked.Increment(ref _redeemed);
                    break;
                }
                catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException || (e as RpcException)?.StatusCode
                    is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal or StatusCode.ResourceExhausted)
                {
                    // It may have taken effect: the key tells, on any node.
                    await Task.Delay(50, giveUp);
                }
            }
        }
    }

    private static async Task<IMessage> Send(FleetNodeProcess node, IMessage request)
    {
        var options = new CallOptions(deadline: DateTime.UtcNow.AddSeconds(10));
        return request switch
        {
            ActivateOfferRequest activate => await node.Members.ActivateOfferAsync(activate, options),
            RedeemOfferRequest redeem => await node.Members.RedeemOfferAsync(redeem, options),
            UpdateAvailabilityRequest update => await node.Availability.UpdateAvailabilityAsync(update, options),
            _ => throw new NotSupportedException(request.Descriptor.Name),
        };
    }

    private static string KeyOf(IMessage action) => action switch
    {
        ActivateOfferRequest activate => activate.IdempotencyKey,
        RedeemOfferRequest redeem => redeem.IdempotencyKey,
        UpdateAvailabilityRequest update => $"{update.Updates[0].OfferId} {update.Updates[0].Version}",
        _ => throw new NotSupportedException(action.Descriptor.Name),
    };

    private IMessage NextAction()
    {
        var key = $"{seed}-{_actions++}";
        var member = $"M{_random.Next(Members):D8}";
        switch (_random.Next(10))
        {
            case < 5:
                return new ActivateOfferRequest { MemberId = member, OfferId = $"OF{_random.Next(50, 100):D6}", IdempotencyKey = key };
            case < 8:
                return new RedeemOfferRequest { MemberId = member, OfferId = Scarce, IdempotencyKey = key };
            default:
                var offer = $"OF{_random.Next(10, 30):D6}";
                var available = _random.Next(2) == 0;
                _lastWord[offer] = available;
                return new UpdateAvailabilityRequest
                {
                    Updates = { new AvailabilityUpdate { OfferId = offer, Available = available, Version = _versions.AddOrUpdate(offer, 1, static (_, last) => last + 1) } },
                };
        }
    }

    private FleetNodeProcess AnyNode()
    {
        lock (_random) return fleet.Nodes[_random.Next(fleet.Nodes.Count)];
    }

    private (string Name, Func<Task> Make, Func<Task> End) NextTrouble()
    {
        var node = AnyNode();
        lock (_random)
        {
            switch (_random.Next(10))
            {
                case 0:
                    return ($"kill -9 of {node.Name}", node.Kill, node.Start);
                case 1:
                    return ("kill -9 of Redis, started again empty", fleet.Redis.Kill, fleet.Redis.StartAgain);
                case 2:
                    return ("FLUSHALL", () => fleet.Redis.Command("FLUSHALL"), () => Task.CompletedTask);
                case 3:
                    return ("the stream is trimmed to nothing", Trim, () => Task.CompletedTask);
                case 4:
                    return ("PostgreSQL crashes and recovers", () => fleet.Postgres.Stop("immediate"), fleet.Postgres.StartAgain);
                case 5:
                    return ("all connections to PostgreSQL are closed", fleet.CloseTruthConnections, () => Task.CompletedTask);
                case < 8:
                    return Spoil($"link of {node.Name} to PostgreSQL", node.Truth);
                default:
                    return Spoil($"link of {node.Name} to Redis", node.News);
            }
        }
    }

    private (string Name, Func<Task> Make, Func<Task> End) Spoil(string name, Support.FaultProxy link)
    {
        var how = "";
        return (
            name,
            () =>
            {
                how = link.Disturb();
                Story.Add($"  {how}");

                // Long enough to be noticed: heartbeats are sent every half second.
                return Task.Delay(_random.Next(200, 2_500));
            },
            () =>
            {
                link.Heal();
                return Task.CompletedTask;
            }
        );
    }

    private async Task Trim()
    {
        var keys = await fleet.Redis.Command("KEYS", "*");
        foreach (var key in keys.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if ((await fleet.Redis.Command("TYPE", key)).Contains("stream", StringComparison.Ordinal)) await fleet.Redis.Command("XTRIM", key, "MAXLEN", "0");
        }
    }
}
