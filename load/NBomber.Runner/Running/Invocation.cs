using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using NBomber.Contracts;
using NBomber.CSharp;

namespace NBomber.Running;

/// <summary>One invocation of an open loop on its way. Kept and used again: nothing is allocated for it but what the scenario does.</summary>
internal sealed class Invocation
{
    private static readonly ConcurrentBag<Invocation> Free = [];
    private readonly Action _completed;
    private ScenarioRun _run = null!;
    private ScenarioContext _context = null!;
    private TaskAwaiter<IResponse> _awaiter;
    private bool _measured;

    private Invocation() => _completed = Completed;

    public static void Start(ScenarioRun run, ScenarioContext context, long intended, bool measured)
    {
        if (!Free.TryTake(out Invocation? invocation))
            invocation = new Invocation();
        invocation._run = run;
        invocation._context = context;
        invocation._measured = measured;
        context.Begin(intended);
        run.Started();
        try
        {
            invocation._awaiter = run.Scenario.Run(context).GetAwaiter();
        }
        catch (Exception thrown)
        {
            invocation.End(Response.Fail("exception", thrown.Message));
            return;
        }

        if (invocation._awaiter.IsCompleted)
            invocation.Completed();
        else
            invocation._awaiter.UnsafeOnCompleted(invocation._completed);
    }

    private void Completed()
    {
        IResponse response;
        try
        {
            response = _awaiter.GetResult();
        }
        catch (Exception thrown)
        {
            response = Response.Fail("exception", thrown.Message);
        }

        End(response);
    }

    private void End(IResponse response)
    {
        ScenarioRun run = _run;
        run.Ended(_context, Stopwatch.GetTimestamp(), response, _measured);
        _awaiter = default;
        Free.Add(this);
    }
}
