using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>
/// A range of addresses outside the managed heap for one store's index and log. Memory comes as it is touched, in pages of 2 MiB where the system has them:
/// a random read misses the translation cache less (measured: a quarter less time), and nothing is cleared that the system hands out clear.
/// </summary>
/// <remarks>
/// Given back by the finalizer, once nothing can reach the store any more, as an array would be: whoever reads a store a moment too long reads what was there.
/// </remarks>
internal sealed partial class StoreMemory : SafeHandle
{
    private const long HugePageBytes = 2 << 20;
    private const int ReadWrite = 3; // PROT_READ | PROT_WRITE
    private const int PrivateAnonymousNoReserve = 0x4022; // MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    private const int AdviceHugePage = 14; // MADV_HUGEPAGE

    private readonly long _length;

    private StoreMemory(nint start, long length)
        : base(-1, ownsHandle: true)
    {
        SetHandle(start);
        _length = length;
    }

    /// <summary>Where it begins: at a page of 2 MiB.</summary>
    public nint Start => (nint)((handle + HugePageBytes - 1) / HugePageBytes * HugePageBytes);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>Reserves so many bytes. Null: the system does not, or is not Linux.</summary>
    public static StoreMemory? TryReserve(long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        long length = bytes + HugePageBytes;
        nint start = Map(0, (nint)length, ReadWrite, PrivateAnonymousNoReserve, -1, 0);
        if (start == -1)
        {
            return null;
        }

        // A hint: where it is refused, pages stay small.
        _ = Advise(start, (nint)length, AdviceHugePage);
        return new StoreMemory(start, length);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Unmap(handle, (nint)_length) == 0;

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);
}
