using System.Buffers.Binary;

namespace DecisionServer.Store;

/// <summary>A member who was erased, and when (UTC ticks). The id itself is not kept.</summary>
public readonly record struct ErasedMember(MemberKey Member, long AtTicks);

/// <summary>
/// Who was erased, in the order of truth (the journal's file of erasures). Generations follow it: what they hold of these members is gone from memory at once,
/// and again whenever they are opened. May be used from any thread.
/// </summary>
public sealed class ErasureLog
{
    // Where times decide, they are of different machines' clocks. Rather one too many than one too few: who is new comes with the next load again.
    private static readonly long ClocksApart = TimeSpan.FromMinutes(1).Ticks;

    private readonly Lock _gate = new();
    private readonly List<ErasedMember> _entries = [];

    // A hash over all entries up to each, so that a number of another log is not taken for one of this.
    private readonly List<ulong> _stamps = [0];

    // How many entries there were with the last one of each member.
    private readonly Dictionary<MemberKey, int> _last = [];

    /// <summary>Adds one, the youngest.</summary>
    public void Add(ErasedMember erased)
    {
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, erased.Member.Hash);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], erased.Member.Check);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], erased.AtTicks);
        lock (_gate)
        {
            _entries.Add(erased);
            _stamps.Add(XxHash64.Hash(bytes, _stamps[^1]));
            _last[erased.Member] = _entries.Count;
        }
    }

    /// <summary>Whether a member was erased behind the first <paramref name="count"/> entries.</summary>
    public bool HasErased(in MemberKey member, long count)
    {
        lock (_gate)
        {
            return _last.GetValueOrDefault(member) > count;
        }
    }

    /// <summary>Takes over a whole log that begins with this one.</summary>
    /// <returns>What was new in it.</returns>
    public IReadOnlyList<ErasedMember> CatchUp(IEnumerable<ErasedMember> all)
    {
        lock (_gate)
        {
            var from = _entries.Count;
            foreach (var erased in all.Skip(from)) Add(erased);
            return _entries[from..];
        }
    }

    /// <summary>Where the log ends now.</summary>
    internal ErasurePosition End
    {
        get
        {
            lock (_gate)
            {
                return new ErasurePosition(_entries.Count, _stamps[^1]);
            }
        }
    }

    /// <summary>Entries behind a position. Where that is none of this log, or its beginning, those that are not older than <paramref name="since"/> (UTC ticks).</summary>
    internal List<ErasedMember> After(ErasurePosition position, long since, out ErasurePosition end)
    {
        lock (_gate)
        {
            end = new ErasurePosition(_entries.Count, _stamps[^1]);
            if (position == end)
            {
                return [];
            }

            return position.Count > 0 && position.Count < _stamps.Count && _stamps[(int)position.Count] == position.Stamp
                ? _entries[(int)position.Count..]
                : _entries.FindAll(entry => entry.AtTicks >= since - ClocksApart);
        }
    }
}

/// <summary>A place in an <see cref="ErasureLog"/>: so many entries are before it, and this is their hash.</summary>
internal readonly record struct ErasurePosition(long Count, ulong Stamp);
