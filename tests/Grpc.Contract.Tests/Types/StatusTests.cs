using Grpc.Core;

namespace Grpc.Contract.Tests.Types;

public class StatusTests
{
    [Fact]
    public void ToString_WithAndWithoutCause_NamesEverything()
    {
        Assert.Equal("Status(StatusCode=\"NotFound\", Detail=\"gone\")", new Status(StatusCode.NotFound, "gone").ToString());
        Assert.Equal(
            "Status(StatusCode=\"Internal\", Detail=\"bad\", DebugException=\"System.FormatException: why\")",
            new Status(StatusCode.Internal, "bad", new FormatException("why")).ToString());
    }

    [Fact]
    public void Defaults_Codes_AreOkAndCancelled()
    {
        Assert.Equal((StatusCode.OK, ""), (Status.DefaultSuccess.StatusCode, Status.DefaultSuccess.Detail));
        Assert.Equal((StatusCode.Cancelled, ""), (Status.DefaultCancelled.StatusCode, Status.DefaultCancelled.Detail));
    }

    [Fact]
    public void RpcException_EveryConstructor_KeepsWhatItIsGiven()
    {
        var cause = new FormatException("why");
        var status = new Status(StatusCode.Aborted, "conflict", cause);
        var trailers = new Metadata { { "a", "1" } };

        Assert.Equal((status.ToString(), Metadata.Empty), (new RpcException(status).Message, new RpcException(status).Trailers));
        Assert.Equal(("own", Metadata.Empty), (new RpcException(status, "own").Message, new RpcException(status, "own").Trailers));
        Assert.Equal((status.ToString(), trailers), (new RpcException(status, trailers).Message, new RpcException(status, trailers).Trailers));
        var error = new RpcException(status, trailers, "own");
        Assert.Equal(("own", trailers, StatusCode.Aborted, "conflict"), (error.Message, error.Trailers, error.StatusCode, error.Status.Detail));
        Assert.Same(cause, error.InnerException);
    }
}
