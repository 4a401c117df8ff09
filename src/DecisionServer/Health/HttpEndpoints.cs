using DecisionServer.Metrics;

namespace DecisionServer.Health;

/// <summary>What the HTTP/1.1 listener answers: /health/live, /health/ready, /metrics.</summary>
internal static class HttpEndpoints
{
    public static IEndpointRouteBuilder MapHttpEndpoints(this IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, "/health/live", static context => Answer(context, StatusCodes.Status200OK, "live\n"));
        Map(endpoints, "/health/ready", static context =>
        {
            var readiness = context.RequestServices.GetRequiredService<Readiness>();
            string obstacle = readiness.Obstacle;
            string writes = readiness.WriteObstacle, lag = readiness.Lag, absence = readiness.Absence;
            return obstacle.Length == 0
                ? Answer(context, StatusCodes.Status200OK, $"ready\n{(writes.Length == 0 ? "" : $"writes are refused: {writes}\n")}{(lag.Length == 0 ? "" : lag + "\n")}{(absence.Length == 0 ? "" : absence + "\n")}")
                : Answer(context, StatusCodes.Status503ServiceUnavailable, obstacle + "\n");
        });
        Map(endpoints, "/metrics", static context =>
        {
            var collector = context.RequestServices.GetRequiredService<MetricCollector>();
            return Answer(context, StatusCodes.Status200OK, PrometheusText.Write(collector), PrometheusText.ContentType);
        });
        return endpoints;
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, RequestDelegate answer) =>
        endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], context =>
        {
            // The listeners share one pipeline; the gRPC one speaks HTTP/2 only and serves gRPC only.
            if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
                return answer(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });

    private static Task Answer(HttpContext context, int status, string text, string contentType = "text/plain; charset=utf-8")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-store";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(text);
    }
}
