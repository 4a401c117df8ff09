using System.Numerics;
using System.Reflection;
using FASTER.core;

namespace DecisionServer.Store;

/// <summary>
/// What FASTER 2.6.5 does not tell: where its log and its hash index lie, and its log's end. Reached by reflection, so raising FASTER begins with a look here;
/// whatever is not as it was is told at once, by name.
/// </summary>
internal sealed unsafe class FasterInside
{
    private readonly object _log;
    private readonly Array _pages;
    private readonly Array _states;
    private readonly FieldInfo _tail;
    private readonly Action<int> _allocatePage;

    public FasterInside(FasterKV<long, SpanByte> store)
    {
        _log = Field(store, "hlog").GetValue(store)!;
        _pages = (Array)Field(_log, "values").GetValue(_log)!;
        PageAddresses = (long*)Pointer.Unbox((Pointer)Field(_log, "nativePointers").GetValue(_log)!);
        _tail = Field(_log, "TailPageOffset");
        _allocatePage = Method<Action<int>>(_log, "AllocatePage");
        _states = (Array)Field(store, "state").GetValue(store)!;
        object overflow = Field(store, "overflowBucketsAllocator").GetValue(store)!;
        AllocateBucket = Method<Func<long>>(overflow, "Allocate");
        BucketAddress = Method<Func<long, long>>(overflow, "GetPhysicalAddress");
    }

    /// <summary>Address in memory of each page of the log.</summary>
    public long* PageAddresses { get; }

    /// <summary>Pages that the log has room for.</summary>
    public int PageCount => _pages.Length;

    /// <summary>Makes a bucket for what a bucket of the index has no room for, and names it.</summary>
    public Func<long> AllocateBucket { get; }

    /// <summary>The address in memory of a bucket by the name that <see cref="AllocateBucket"/> gave.</summary>
    public Func<long, long> BucketAddress { get; }

    /// <summary>The index: its buckets, of 64 bytes each, and the bits of a hash that choose one.</summary>
    public (nint Buckets, ulong Mask) Index
    {
        get
        {
            object table = _states.GetValue(0)!;
            return ((nint)Pointer.Unbox((Pointer)Field(table, "tableAligned").GetValue(table)!), (ulong)(long)Field(table, "size_mask").GetValue(table)!);
        }
    }

    /// <summary>Lets the index lie at an address, in clear memory, with so many buckets, a power of two. The store must be empty.</summary>
    public void PlaceIndex(nint address, long buckets)
    {
        object table = _states.GetValue(0)!;
        FieldInfo aligned = Field(table, "tableAligned");
        aligned.SetValue(table, Pointer.Box((void*)address, aligned.FieldType));
        Field(table, "size").SetValue(table, buckets);
        Field(table, "size_mask").SetValue(table, buckets - 1);
        Field(table, "size_bits").SetValue(table, BitOperations.Log2((ulong)buckets));
        _states.SetValue(table, 0);
    }

    /// <summary>Lets all pages of the log lie one behind the other, in clear memory. The store must be empty.</summary>
    public void PlacePages(nint address, int pageBytes)
    {
        // FASTER asks only whether a page has an array; where the page lies it reads from the addresses.
        byte[] placed = [];
        for (int page = 0; page < PageCount; page++)
        {
            _pages.SetValue(placed, page);
            PageAddresses[page] = address + ((nint)page * pageBytes);
        }
    }

    /// <summary>Makes a page where there is none yet.</summary>
    public void EnsurePage(int page)
    {
        if (_pages.GetValue(page) is null)
        {
            _allocatePage(page);
        }
    }

    /// <summary>Lets the log go on at a place: behind it nothing was written, before it everything. Nobody may use the store meanwhile.</summary>
    public void ContinueAt(int page, int offset)
    {
        EnsurePage(page);
        EnsurePage(page + 1);
        object tail = _tail.GetValue(_log)!;
        Field(tail, "Page").SetValue(tail, page);
        Field(tail, "Offset").SetValue(tail, offset);
        _tail.SetValue(_log, tail);
    }

    private static FieldInfo Field(object of, string name)
    {
        for (Type? type = of.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetField(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly) is { } field)
            {
                return field;
            }
        }

        throw Changed(of, name);
    }

    private static TDelegate Method<TDelegate>(object of, string name)
        where TDelegate : Delegate =>
        of.GetType().GetMethod(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)?.CreateDelegate<TDelegate>(of) ?? throw Changed(of, name);

    private static NotSupportedException Changed(object of, string name) => new($"FASTER is not 2.6.5: {of.GetType().Name} has no {name}");
}
