using System.Diagnostics;

namespace DecisionServer.Journal;

/// <summary>
/// Places where a test can make the process die or the disk fail, so that recovery is tested where it matters. They do nothing unless the environment variable
/// DECISIONSERVER_FAILPOINTS names them: "journal.before-commit=kill@17,journal.checkpoint=ioerror@2" (what happens, at which pass, counted from 1).
/// </summary>
internal sealed class Failpoints
{
    /// <summary>A new database is being made, or a found one is being checked.</summary>
    public const string Opening = "journal.opening";

    /// <summary>Serving is being rebuilt.</summary>
    public const string Replaying = "journal.replaying";

    /// <summary>The batch is executed, its commit comes next.</summary>
    public const string BeforeCommit = "journal.before-commit";

    /// <summary>The erasures of a batch are on the disk, its commit comes next.</summary>
    public const string ErasureNoted = "journal.erasure-noted";

    /// <summary>The commit is durable, nobody knows yet.</summary>
    public const string AfterCommit = "journal.after-commit";

    /// <summary>Serving follows, no answer was given yet.</summary>
    public const string BeforeAnswer = "journal.before-answer";

    /// <summary>The log is about to be carried over.</summary>
    public const string Checkpoint = "journal.checkpoint";

    /// <summary>The log was carried over.</summary>
    public const string AfterCheckpoint = "journal.after-checkpoint";

    private const string Variable = "DECISIONSERVER_FAILPOINTS";
    private static readonly string[] Names = [Opening, Replaying, BeforeCommit, ErasureNoted, AfterCommit, BeforeAnswer, Checkpoint, AfterCheckpoint];
    private readonly Dictionary<string, (bool Kill, int Pass)> _armed = [];
    private readonly Dictionary<string, int> _passes = [];

    /// <exception cref="FormatException">The text is malformed or names a place that does not exist: a test that would test nothing.</exception>
    public Failpoints(string text)
    {
        foreach (var each in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = each.Split('=', '@');
            if (parts.Length != 3 || !Names.Contains(parts[0]) || parts[1] is not ("kill" or "ioerror") || !int.TryParse(parts[2], out var pass) || pass < 1)
                throw new FormatException($"{Variable}: \"{each}\" is not of the form place=kill@pass or place=ioerror@pass, with a place of {string.Join(", ", Names)}");
            _armed[parts[0]] = (parts[1] == "kill", pass);
        }
    }

    public static Failpoints FromEnvironment() => new(Environment.GetEnvironmentVariable(Variable) ?? "");

    /// <summary>Passes a place.</summary>
    /// <exception cref="IOException">The disk is to fail here.</exception>
    public void Pass(string name)
    {
        if (_armed.Count == 0 || !_armed.TryGetValue(name, out var armed)) return;
        var pass = _passes[name] = _passes.GetValueOrDefault(name) + 1;
        if (pass != armed.Pass) return;
        if (!armed.Kill) throw new IOException($"input/output error (failpoint {name})");
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
