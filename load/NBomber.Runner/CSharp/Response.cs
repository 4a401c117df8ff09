using NBomber.Contracts;

namespace NBomber.CSharp;

/// <summary>Makes responses.</summary>
public static class Response
{
    /// <summary>It succeeded.</summary>
    /// <param name="statusCode">A status code of the scenario's own choice.</param>
    /// <param name="sizeBytes">Bytes that were transferred.</param>
    /// <param name="message">What happened.</param>
    /// <param name="customLatencyMs">Latency that the scenario measured itself, ms; 0: the runner's.</param>
    public static Response<object> Ok(string statusCode = "", long sizeBytes = 0, string message = "", double customLatencyMs = 0) =>
        new() { StatusCode = statusCode, SizeBytes = sizeBytes, Message = message, LatencyMs = customLatencyMs };

    /// <summary>It succeeded and brought something.</summary>
    /// <typeparam name="T">Type of what it brought.</typeparam>
    /// <param name="payload">What it brought.</param>
    /// <param name="statusCode">A status code of the scenario's own choice.</param>
    /// <param name="sizeBytes">Bytes that were transferred.</param>
    /// <param name="message">What happened.</param>
    /// <param name="customLatencyMs">Latency that the scenario measured itself, ms; 0: the runner's.</param>
    public static Response<T> Ok<T>(T payload, string statusCode = "", long sizeBytes = 0, string message = "", double customLatencyMs = 0) =>
        new() { StatusCode = statusCode, SizeBytes = sizeBytes, Message = message, LatencyMs = customLatencyMs, Payload = new Payload<T>(payload) };

    /// <summary>It failed.</summary>
    /// <param name="statusCode">A status code of the scenario's own choice.</param>
    /// <param name="message">What happened.</param>
    /// <param name="sizeBytes">Bytes that were transferred.</param>
    /// <param name="customLatencyMs">Latency that the scenario measured itself, ms; 0: the runner's.</param>
    public static Response<object> Fail(string statusCode = "", string message = "", long sizeBytes = 0, double customLatencyMs = 0) =>
        Fail<object>(statusCode, message, sizeBytes, customLatencyMs);

    /// <summary>It failed, in a step that would have brought something.</summary>
    /// <typeparam name="T">Type of what it would have brought.</typeparam>
    /// <param name="statusCode">A status code of the scenario's own choice.</param>
    /// <param name="message">What happened.</param>
    /// <param name="sizeBytes">Bytes that were transferred.</param>
    /// <param name="customLatencyMs">Latency that the scenario measured itself, ms; 0: the runner's.</param>
    public static Response<T> Fail<T>(string statusCode = "", string message = "", long sizeBytes = 0, double customLatencyMs = 0) =>
        new() { StatusCode = statusCode, IsError = true, SizeBytes = sizeBytes, Message = message, LatencyMs = customLatencyMs };
}
