namespace DecisionServer.Journal.Tests.Support;

/// <summary>A command of two functions.</summary>
internal sealed class Command<T>(Func<IJournalTransaction, T> execute, Action<T>? apply = null) : IJournalCommand<T>
{
    public T Execute(IJournalTransaction transaction) => execute(transaction);

    public void Apply(T result) => apply?.Invoke(result);
}

internal static class JournalCalls
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static Task<T> Do<T>(this IJournal journal, Func<IJournalTransaction, T> execute, Action<T>? apply = null) =>
        journal.Write(new Command<T>(execute, apply), CancellationToken.None).WaitAsync(Bound);

    public static Task Do(this IJournal journal, Action<IJournalTransaction> execute) => journal.Do(
        transaction =>
        {
            execute(transaction);
            return 0;
        });

    /// <summary>Numbers the commands that ask, 1 and up, in the order in which they ran; each leaves an action, too.</summary>
    public static long Number(this IJournalTransaction transaction)
    {
        var number = transaction.GetTotal("number") + 1;
        transaction.SetTotal("number", number, "");
        transaction.Append(new ActionRecord { Kind = ActionKind.Click, At = transaction.Now });
        return number;
    }
}
