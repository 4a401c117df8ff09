using System.Globalization;
using System.Text.Json;
using DecisionServer.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Journal.Tests.Support;

/// <summary>A node: a journal of its own over the database of all, and what it serves.</summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private Node(PostgresJournal journal, Mirror mirror) => (Journal, Mirror) = (journal, mirror);

    public PostgresJournal Journal { get; }

    public Mirror Mirror { get; }

    public static async Task<Node> Open(PostgresJournalOptions options, TimeProvider? clock = null)
    {
        var mirror = new Mirror();
        var journal = new PostgresJournal(options, mirror, clock ?? TimeProvider.System, NullLogger<PostgresJournal>.Instance);
        try
        {
            journal.Open();
            journal.Replay(mirror);
            return new Node(journal, mirror);
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    /// <summary>A command; what it adds to its second argument makes serving follow.</summary>
    public Task<T> Do<T>(Func<IJournalTransaction, List<Action<Mirror>>, T> execute) => Journal.Write(new Serving<T>(this, execute), CancellationToken.None).WaitAsync(Bound);

    /// <summary>Sets a total to what it was plus one, unless that reaches a cap. Null: it does.</summary>
    public Task<long?> Count(string counter, long cap) => Do<long?>((transaction, effects) =>
    {
        var value = transaction.GetTotal(counter) + 1;
        if (value > cap) return null;
        transaction.SetTotal(counter, value, "");
        effects.Add(mirror => mirror.Set($"total {counter}", new TotalRecord(counter, value, "").ToString()));
        return value;
    });

    /// <summary>
    /// One action of a member under an idempotency key: the member's version counts the actions, and so does a total. The answer: the version that it made.
    /// </summary>
    public Task<ulong> Act(string member, string key) => Do((transaction, effects) =>
    {
        if (transaction.TryGetAnswer("Act", key, out var given)) return ulong.Parse(given.Answer, CultureInfo.InvariantCulture);
        var record = transaction.GetMember(member) ?? new MemberRecord { MemberId = member };
        record = record with { Version = record.Version + 1 };
        var total = transaction.GetTotal("acts") + 1;
        transaction.PutMember(record);
        transaction.SetTotal("acts", total, "");
        transaction.Append(new ActionRecord { Kind = ActionKind.Click, At = transaction.Now, MemberId = member, OfferId = key });
        transaction.PutAnswer("Act", key, member, 1, JsonSerializer.SerializeToUtf8Bytes(record.Version));
        effects.Add(mirror => mirror.Set($"member {member}", JsonSerializer.Serialize(record)));
        effects.Add(mirror => mirror.Set("total acts", new TotalRecord("acts", total, "").ToString()));
        return record.Version;
    });

    /// <summary><see cref="Act"/>, again under the same key until truth has taken it.</summary>
    public async Task<ulong> ActSurely(string member, string key)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (true)
        {
            try
            {
                return await Act(member, key);
            }
            catch (JournalUnavailableException)
            {
                await Task.Delay(20, bound.Token);
            }
        }
    }

    /// <summary>Takes one of an item's stock. Null: there is none.</summary>
    public Task<ulong?> Take(string item) => Do<ulong?>((transaction, effects) =>
    {
        if (transaction.GetAvailability(AvailabilitySubject.Item, item, AvailabilityScopeKind.Everywhere, "") is not { Stock: > 0 } row) return null;
        var epoch = transaction.AvailabilityEpoch + 1;
        var left = row with { Stock = row.Stock - 1, Epoch = epoch };
        transaction.PutAvailability([left], epoch);
        effects.Add(mirror => mirror.Availability([left], epoch));
        return epoch;
    });

    public Task<bool> Erase(string member) => Do((transaction, effects) =>
    {
        var known = transaction.EraseMember(member);
        var erased = new ErasedMember(MemberKey.From(member), transaction.Now.UtcTicks);
        effects.Add(mirror => mirror.Erased(erased));
        return known;
    });

    public async Task CatchUp()
    {
        using var bound = new CancellationTokenSource(Bound);
        while (true)
        {
            try
            {
                await Journal.CatchUp(bound.Token);
                return;
            }
            catch (JournalUnavailableException)
            {
                await Task.Delay(20, bound.Token);
            }
        }
    }

    public ValueTask DisposeAsync() => Journal.DisposeAsync();

    private sealed class Serving<T>(Node node, Func<IJournalTransaction, List<Action<Mirror>>, T> execute) : IJournalCommand<T>
    {
        private readonly List<Action<Mirror>> _effects = [];

        public T Execute(IJournalTransaction transaction)
        {
            _effects.Clear();
            return execute(transaction, _effects);
        }

        public void Apply(T result)
        {
            foreach (var effect in _effects) effect(node.Mirror);
        }
    }
}
