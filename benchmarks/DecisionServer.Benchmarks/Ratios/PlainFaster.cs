using DecisionServer.Store;
using FASTER.core;

namespace DecisionServer.Benchmarks;

/// <summary>
/// FASTER with nothing around it: the packed records under their 64-bit keys, one session, no check, no lease, no unpacking. It is the
/// floor that the store and the engine are measured against.
/// </summary>
internal sealed unsafe class PlainFaster : IDisposable
{
    private readonly FasterKV<long, SpanByte> _store;

    public PlainFaster(long records, long bytes) =>
        _store = new FasterKV<long, SpanByte>(new FasterKVSettings<long, SpanByte>
        {
            // As the server's store: four to seven records a bucket of 64 bytes, and all in memory.
            IndexSize = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1_024, records / 5)) * 64,
            LogDevice = new NullDevice(),
            PageSize = 1 << 22,
            MemorySize = Math.Max(1 << 26, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bytes) * 2),
            MutableFraction = 0.9,
            ConcurrencyControlMode = ConcurrencyControlMode.None,
            ReadCopyOptions = ReadCopyOptions.None,
        });

    /// <summary>A session for one thread.</summary>
    public Session Open() => new(_store);

    public void Dispose() => _store.Dispose();

    /// <summary>Where a record's bytes are copied to.</summary>
    internal struct Copy
    {
        public byte[] Into;
        public int Length;
    }

    internal sealed class Session(FasterKV<long, SpanByte> store) : IDisposable
    {
        private readonly ClientSession<long, SpanByte, Empty, Copy, Empty, Functions> _session = store.For(new Functions()).NewSession<Functions>();
        private readonly byte[] _buffer = new byte[RecordCodec.MaxBytes];

        /// <summary>Puts a record under a key.</summary>
        public void Upsert(long key, ReadOnlySpan<byte> record)
        {
            fixed (byte* bytes = record)
            {
                var value = SpanByte.FromPointer(bytes, record.Length);
                _session.Upsert(ref key, ref value);
            }
        }

        /// <summary>Copies the record of a key; its length, 0 if there is none.</summary>
        public int Read(long key)
        {
            Empty input = default;
            var copy = new Copy { Into = _buffer };
            _session.Read(ref key, ref input, ref copy);
            return copy.Length;
        }

        public void Dispose() => _session.Dispose();
    }

    internal sealed class Functions : FunctionsBase<long, SpanByte, Empty, Copy, Empty>
    {
        public override bool SingleReader(ref long key, ref Empty input, ref SpanByte value, ref Copy output, ref ReadInfo readInfo) => Take(ref value, ref output);

        public override bool ConcurrentReader(ref long key, ref Empty input, ref SpanByte value, ref Copy output, ref ReadInfo readInfo) => Take(ref value, ref output);

        public override bool SingleWriter(ref long key, ref Empty input, ref SpanByte source, ref SpanByte destination, ref Copy output, ref UpsertInfo info, WriteReason reason)
        {
            source.CopyTo(ref destination);
            return true;
        }

        private static bool Take(ref SpanByte value, ref Copy output)
        {
            value.AsReadOnlySpan().CopyTo(output.Into);
            output.Length = value.Length;
            return true;
        }
    }
}
