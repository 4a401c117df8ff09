using FASTER.core;

namespace DecisionServer.Store;

/// <summary>
/// FASTER sessions, rented for one operation each: a session belongs to one thread at a time, and making one is dear.
/// </summary>
internal sealed class SessionPool<TInput, TOutput, TFunctions>(Func<ClientSession<long, SpanByte, TInput, TOutput, Empty, TFunctions>> create) : IDisposable
    where TFunctions : IFunctions<long, SpanByte, TInput, TOutput, Empty>
{
    // More threads than slots would find none free only while as many are inside an operation: then one is made and dropped.
    private const int Slots = 32;

    // A cache line apart, so that threads do not share one.
    private const int Stride = 8;

    private readonly ClientSession<long, SpanByte, TInput, TOutput, Empty, TFunctions>?[] _slots =
        new ClientSession<long, SpanByte, TInput, TOutput, Empty, TFunctions>?[Slots * Stride];

    public ClientSession<long, SpanByte, TInput, TOutput, Empty, TFunctions> Rent()
    {
        int start = Environment.CurrentManagedThreadId;
        for (int i = 0; i < Slots; i++)
        {
            ref var slot = ref _slots[(start + i) % Slots * Stride];
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } session)
            {
                return session;
            }
        }

        return create();
    }

    public void Return(ClientSession<long, SpanByte, TInput, TOutput, Empty, TFunctions> session)
    {
        int start = Environment.CurrentManagedThreadId;
        for (int i = 0; i < Slots; i++)
        {
            ref var slot = ref _slots[(start + i) % Slots * Stride];
            if (slot is null && Interlocked.CompareExchange(ref slot, session, null) is null)
            {
                return;
            }
        }

        session.Dispose();
    }

    /// <summary>Call when no operation is under way any more.</summary>
    public void Dispose()
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            Interlocked.Exchange(ref _slots[i], null)?.Dispose();
        }
    }
}
