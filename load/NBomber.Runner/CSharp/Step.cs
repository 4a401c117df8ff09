using System.Diagnostics;
using NBomber.Contracts;
using NBomber.Running;

namespace NBomber.CSharp;

/// <summary>Measures parts of a scenario.</summary>
public static class Step
{
    /// <summary>Runs a step and measures it.</summary>
    /// <typeparam name="T">What it brings.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="context">The scenario's.</param>
    /// <param name="run">What to do. Where it throws, the step has failed.</param>
    public static async Task<Response<T>> Run<T>(string name, IScenarioContext context, Func<Task<Response<T>>> run)
    {
        var running = (ScenarioContext)context;
        long start = running.StartStep(Stopwatch.GetTimestamp());
        Response<T> response;
        try
        {
            response = await run().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            response = Response.Fail<T>("exception", thrown.Message);
        }

        running.EndStep(name, start, Stopwatch.GetTimestamp(), response);
        return response;
    }
}
