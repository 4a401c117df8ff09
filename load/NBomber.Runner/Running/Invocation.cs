using System.Diagnostics;
using System.Runtime.CompilerServices;
using NBomber.Contracts;
using NBomber.CSharp;

namespace NBomber.Running;

/// <summary>One invocation of an open loop on its way. Kept and used again: nothing is allocated for it but what the scenario does.</summary>
internal sealed class Invocation
{
    private readonly ScenarioRun _run;
    private readonly ScenarioContext _context;
    private readonly Action _completed;
    private TaskAwaiter<IResponse> _awaiter;
    private bool _measured;

    public Invocation(ScenarioRun run, ScenarioContext context)
    {
        (_run, _context) = (run, context);
        _completed = Completed;
    }

    public void Start(long intended, bool measured)
    {
        _measured = measured;
        _context.Begin(intended);
        _run.Started();
        try
        {
            _awaiter = _run.Scenario.Run(_context).GetAwaiter();
        }
        catch (Exception thrown)
        {
            End(Response.Fail("exception", thrown.Message));
            return;
        }

        if (_awaiter.IsCompleted)
            Completed();
        else
            _awaiter.UnsafeOnCompleted(_completed);
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
        _awaiter = default;
        _run.Ended(_context, Stopwatch.GetTimestamp(), response, _measured);
        _run.Keep(this);
    }
}
