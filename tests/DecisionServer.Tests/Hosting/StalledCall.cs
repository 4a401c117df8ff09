using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace DecisionServer.Tests.Hosting;

/// <summary>A unary call whose message stays half sent until it is released: really in flight on the server, for as long as a test wants.</summary>
internal sealed class StalledCall : IDisposable
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpRequestMessage _request;

    private StalledCall(HttpClient client, Uri server, string method, IMessage message)
    {
        _request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new Body(message.ToByteArray(), _release.Task),
        };
        _request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        Response = client.SendAsync(_request, HttpCompletionOption.ResponseContentRead);
    }

    /// <summary>The whole response, with trailers.</summary>
    public Task<HttpResponseMessage> Response { get; }

    public static StalledCall Start(HttpClient client, Uri server) =>
        new(client, server, "/decisionserver.v1.MemberService/GetMember", new V1.GetMemberRequest { MemberId = "m" });

    public void Release() => _release.TrySetResult();

    /// <summary>grpc-status, from the headers of a refusal or the trailers of an answer.</summary>
    public async Task<string> Status()
    {
        HttpResponseMessage response = await Response;
        return response.Headers.TryGetValues("grpc-status", out IEnumerable<string>? header)
            ? header.Single()
            : response.TrailingHeaders.GetValues("grpc-status").Single();
    }

    public void Dispose()
    {
        _release.TrySetResult();
        _request.Dispose();
    }

    private sealed class Body : HttpContent
    {
        private readonly byte[] _message;
        private readonly Task _release;

        public Body(byte[] message, Task release)
        {
            (_message, _release) = (message, release);
            Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[] { 0, 0, 0, 0, (byte)_message.Length });
            await stream.FlushAsync();
            await _release;
            await stream.WriteAsync(_message);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
