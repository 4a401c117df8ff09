using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>
/// Remembers answers by idempotency key, so that a request sent again changes nothing and gets the answer it got before. Answers are
/// remembered for ten minutes after their request came; refused requests are not, they may be tried again with the same key.
/// </summary>
public sealed class IdempotencyCache(TimeProvider clock)
{
    /// <summary>How long an answer is remembered.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>Most keys remembered. Beyond, requests with a new key are refused: to forget a key early would break the promise silently.</summary>
    public const int MaxKeys = 250_000;

    /// <summary>Most bytes of answers remembered.</summary>
    public const long MaxBytes = 256L << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Method, string Key), Entry> _entries = [];
    private readonly Queue<Entry> _byAge = [];
    private readonly int _maxKeys = MaxKeys;
    private long _bytes;

    internal IdempotencyCache(TimeProvider clock, int maxKeys)
        : this(clock) => _maxKeys = maxKeys;

    /// <summary>Keys remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>
    /// Runs <paramref name="action"/>, unless <paramref name="key"/> was used within the last ten minutes: then the answer is the one given then. Where the first
    /// request is still running, waits for it. An empty key: always runs.
    /// </summary>
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: the key is malformed, or was used with another request. RESOURCE_EXHAUSTED: too many keys within ten minutes.
    /// </exception>
    public async Task<TResponse> Run<TRequest, TResponse>(string method, string key, TRequest request, Func<Task<TResponse>> action)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        if (key.Length == 0) return await action();
        Ids.Require(key, "idempotency_key");
        var entry = Enter(method, key, Hash(request), out var isFirst);
        if (!isFirst) return (TResponse)await entry.Answer.Task;
        try
        {
            var response = await action();
            lock (_lock) _bytes += entry.Bytes = response.CalculateSize();
            entry.Answer.SetResult(response);
            return response;
        }
        catch (Exception e)
        {
            Forget(entry);
            entry.Answer.SetException(e);
            _ = entry.Answer.Task.Exception;
            throw;
        }
    }

    private Entry Enter(string method, string key, UInt128 hash, out bool isFirst)
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            while (_byAge.TryPeek(out var oldest) && (oldest.Gone || clock.GetElapsedTime(oldest.Since, now) >= Kept))
            {
                _byAge.Dequeue();
                Remove(oldest);
            }

            isFirst = !_entries.TryGetValue((method, key), out var entry);
            if (!isFirst)
            {
                return entry!.Hash == hash
                    ? entry
                    : throw Errors.InvalidArgument("idempotency_key", "was used with another request within the last ten minutes");
            }

            if (_byAge.Count >= _maxKeys || _bytes >= MaxBytes)
            {
                var wait = Kept - clock.GetElapsedTime(_byAge.Peek().Since, now);
                throw Errors.ResourceExhausted($"idempotency_key: {_byAge.Count} were used within the last ten minutes, no more can be remembered; send without one, or later", wait);
            }

            entry = new Entry(method, key, hash, now);
            _entries.Add((method, key), entry);
            _byAge.Enqueue(entry);
            return entry;
        }
    }

    private void Forget(Entry entry)
    {
        lock (_lock) Remove(entry);
    }

    private void Remove(Entry entry)
    {
        if (entry.Gone) return;
        entry.Gone = true;
        _bytes -= entry.Bytes;
        _entries.Remove((entry.Method, entry.Key));
    }

    // Deterministic, so that maps sent again in another order are the same request.
    private static UInt128 Hash(IMessage request)
    {
        var bytes = new byte[request.CalculateSize()];
        using var output = new CodedOutputStream(bytes) { Deterministic = true };
        request.WriteTo(output);
        output.CheckNoSpaceLeft();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return new UInt128(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]));
    }

    private sealed class Entry(string method, string key, UInt128 hash, long since)
    {
        public string Method { get; } = method;

        public string Key { get; } = key;

        public UInt128 Hash { get; } = hash;

        public long Since { get; } = since;

        public TaskCompletionSource<IMessage> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Bytes { get; set; }

        public bool Gone { get; set; }
    }
}
