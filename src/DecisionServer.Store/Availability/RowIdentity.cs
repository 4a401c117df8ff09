using System.Runtime.InteropServices;
using System.Text;

namespace DecisionServer.Store;

/// <summary>
/// The full ids of a row, zero-padded to a fixed size: two rows are the same exactly when these bytes are.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Bytes)]
internal unsafe struct RowIdentity
{
    public const int Bytes = ScopeStart + IdRules.MaxBytes;
    private const int SubjectStart = 4;
    private const int ScopeStart = SubjectStart + IdRules.MaxBytes;

    public AvailabilitySubject Subject;
    public AvailabilityScopeKind Scope;
    private byte _subjectBytes;
    private byte _scopeBytes;
    private fixed byte _subject[IdRules.MaxBytes];
    private fixed byte _scope[IdRules.MaxBytes];

    public static RowIdentity From(AvailabilitySubject subject, string subjectId, AvailabilityScopeKind scope, string scopeId)
    {
        var identity = default(RowIdentity);
        identity.Subject = subject;
        identity.Scope = scope;
        identity._subjectBytes = (byte)Encode(subjectId, new Span<byte>(identity._subject, IdRules.MaxBytes), nameof(subjectId));
        if (scope == AvailabilityScopeKind.Everywhere)
        {
            if (scopeId.Length != 0) throw new ArgumentException("Everywhere has no scope id.", nameof(scopeId));
            return identity;
        }

        identity._scopeBytes = (byte)Encode(scopeId, new Span<byte>(identity._scope, IdRules.MaxBytes), nameof(scopeId));
        return identity;
    }

    /// <summary>The same subject everywhere: the row that heads the list of the subject's rows.</summary>
    public readonly RowIdentity Head()
    {
        var head = this;
        head.Scope = AvailabilityScopeKind.Everywhere;
        head._scopeBytes = 0;
        new Span<byte>(head._scope, IdRules.MaxBytes).Clear();
        return head;
    }

    public readonly string SubjectId
    {
        get
        {
            fixed (byte* bytes = _subject) return Encoding.UTF8.GetString(bytes, _subjectBytes);
        }
    }

    public readonly string ScopeId
    {
        get
        {
            fixed (byte* bytes = _scope) return Encoding.UTF8.GetString(bytes, _scopeBytes);
        }
    }

    public static ReadOnlySpan<byte> AsBytes(in RowIdentity identity) =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in identity, 1));

    public static bool Same(in RowIdentity a, in RowIdentity b) => AsBytes(in a).SequenceEqual(AsBytes(in b));

    /// <summary>Everywhere, then chains, then stores, each by the bytes of the ids.</summary>
    public static int CompareScopes(in RowIdentity a, in RowIdentity b) => a.Scope != b.Scope
        ? a.Scope.CompareTo(b.Scope)
        : AsBytes(in a)[ScopeStart..].SequenceCompareTo(AsBytes(in b)[ScopeStart..]);

    /// <summary>128 bits that stand for the identity where a mix-up would only miscount.</summary>
    public static UInt128 Fingerprint(in RowIdentity identity) =>
        new(XxHash64.Hash(AsBytes(in identity), 1), XxHash64.Hash(AsBytes(in identity), 2));

    /// <summary>The <see cref="Store.ItemKey"/> of a subject that is an item.</summary>
    public static ulong ItemKey(in RowIdentity identity) => Store.ItemKey.From(AsBytes(in identity).Slice(SubjectStart, identity._subjectBytes));

    private static int Encode(string id, Span<byte> into, string name) =>
        IdRules.IsValid(id, out var fault)
            ? Encoding.UTF8.GetBytes(id, into)
            : throw new ArgumentException($"\"{id}\" {fault}.", name);
}
