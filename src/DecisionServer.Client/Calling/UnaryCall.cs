using DecisionServer.Client.Endpoints;
using DecisionServer.Client.Routing;
using Grpc.Core;

namespace DecisionServer.Client.Calling;

/// <summary>One unary call with all its attempts.</summary>
internal sealed class UnaryCall<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    // A fleet that sends a call around more often than this does not know who owns the member.
    private const int Redirects = 2;

    private readonly CallParts _parts;
    private readonly Method<TRequest, TResponse> _method;
    private readonly string? _host;
    private readonly TRequest _request;
    private readonly MethodKind _kind;
    private readonly ulong? _member;
    private readonly CallOptions _options;
    private readonly CancellationTokenSource _ended;
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Endpoint> _tried = [];
    private AsyncUnaryCall<TResponse>? _last;
    private RpcException? _failure;

    public UnaryCall(CallParts parts, Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        string member = RequestFields<TRequest>.MemberOf(request);
        (_parts, _method, _host) = (parts, method, host);
        _kind = MethodKinds.Of(method, RequestFields<TRequest>.HasKey);
        _request = RequestFields<TRequest>.WithKey(request);
        _member = MemberHash.Of(member);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        _options = options.WithMember(member)
            .WithCancellationToken(_ended.Token)
            .WithDeadline(options.Deadline ?? parts.Clock.GetUtcNow().UtcDateTime + (_kind == MethodKind.Once ? parts.Options.LongDeadline : parts.Options.Deadline));
    }

    public AsyncUnaryCall<TResponse> Start()
    {
        _parts.Statistics.Called();
        _parts.Budget.Save();
        Task<TResponse> response = RunToItsEnd();
        return new AsyncUnaryCall<TResponse>(
            response,
            _headers.Task,
            () => _failure?.Status ?? _last?.GetStatus() ?? throw new InvalidOperationException("the call has not ended"),
            () => _failure?.Trailers ?? _last?.GetTrailers() ?? throw new InvalidOperationException("the call has not ended"),
            Cancel);
    }

    private async Task<TResponse> RunToItsEnd()
    {
        try
        {
            return await Run().ConfigureAwait(false);
        }
        finally
        {
            // The caller's token lives on. Whoever waits for headers waits no longer.
            _ended.Dispose();
            _headers.TrySetCanceled();
        }
    }

    private void Cancel()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }

    private async Task<TResponse> Run()
    {
        int attempts = 1, redirects = 0;
        Endpoint endpoint = Choose();
        while (true)
        {
            // 1. One attempt.
            RpcException failure;
            try
            {
                TResponse response = await (_kind == MethodKind.Read && _parts.Options.HedgeAfter is { } after ? Hedged(endpoint, after) : Attempt(endpoint, _ended.Token)).ConfigureAwait(false);
                _headers.TrySetResult(await _last!.ResponseHeadersAsync.ConfigureAwait(false));
                return response;
            }
            catch (RpcException refused)
            {
                failure = refused;
            }

            // 2. Sent on: that node has done nothing, so this is safe for every call.
            if (_parts.Fleet is not null && redirects < Redirects && Failure.OwnerHint(failure) is { } owner && _parts.Pool.TryAdd(owner, endpoint, out Endpoint? next))
            {
                redirects++;
                _parts.Statistics.Redirected();
                _parts.Fleet.Ask();
                endpoint = next;
                continue;
            }

            // 3. Again, where that is safe, may help, and the budget allows it.
            if (_kind == MethodKind.Once || attempts == _parts.Options.Attempts || _ended.IsCancellationRequested || !Failure.IsTransient(failure))
            {
                throw Failed(failure);
            }

            TimeSpan? hint = Failure.Hint(failure);
            endpoint.Rest(hint ?? Backoff.After(attempts));
            Endpoint other = Choose();
            TimeSpan wait = other != endpoint && other.IsUsable ? TimeSpan.Zero : hint ?? Backoff.After(attempts);
            if (_parts.Clock.GetUtcNow().UtcDateTime + wait >= _options.Deadline)
            {
                throw Failed(failure);
            }

            if (!_parts.Budget.TryTake())
            {
                _parts.Statistics.RanOutOfBudget();
                throw Failed(failure);
            }

            if (wait > TimeSpan.Zero)
            {
                await Pause(wait, failure).ConfigureAwait(false);
                other = Choose();
            }

            attempts++;
            _parts.Statistics.Retried();
            endpoint = other;
        }
    }

    private Endpoint Choose()
    {
        Endpoint endpoint = _parts.Pool.Choose(_member, _parts.Fleet?.Map, _tried);
        _tried.Add(endpoint);
        return endpoint;
    }

    private async Task<TResponse> Attempt(Endpoint endpoint, CancellationToken cancellation)
    {
        AsyncUnaryCall<TResponse> call = endpoint.Invoker.AsyncUnaryCall(_method, _host, _options.WithCancellationToken(cancellation), _request);
        TResponse response = await call.ResponseAsync.ConfigureAwait(false);
        _last = call;
        return response;
    }

    // The first answer counts; a failure only where the other one has failed, too.
    private async Task<TResponse> Hedged(Endpoint endpoint, TimeSpan after)
    {
        using var loser = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        Task<TResponse> first = Attempt(endpoint, loser.Token);
        try
        {
            return await first.WaitAsync(after, _parts.Clock, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            if (!_parts.Budget.TryTake())
            {
                return await first.ConfigureAwait(false);
            }
        }

        _parts.Statistics.Hedged();
        Task<TResponse> second = Attempt(Choose(), loser.Token);
        Task<TResponse> winner = await Task.WhenAny(first, second).ConfigureAwait(false);
        Task<TResponse> other = winner == first ? second : first;
        if (!winner.IsCompletedSuccessfully)
        {
            _ = winner.Exception;
            return await other.ConfigureAwait(false);
        }

        TResponse response = await winner.ConfigureAwait(false);
        await loser.CancelAsync().ConfigureAwait(false);
        await ((Task)other).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return response;
    }

    private async Task Pause(TimeSpan wait, RpcException failure)
    {
        try
        {
            await Task.Delay(wait, _parts.Clock, _ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw Failed(failure);
        }
    }

    private RpcException Failed(RpcException failure)
    {
        _failure = failure;
        _headers.TrySetException(failure);
        _ = _headers.Task.Exception;
        return failure;
    }
}
