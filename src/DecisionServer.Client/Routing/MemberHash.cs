using System.Text;

namespace DecisionServer.Client.Routing;

/// <summary>Members as routing sees them.</summary>
internal static class MemberHash
{
    /// <summary>The hash of a member's id that shards are ranges of; null: the id is empty.</summary>
    public static ulong? Of(string member)
    {
        if (member.Length == 0)
        {
            return null;
        }

        Span<byte> utf8 = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(member, utf8, out int length)
            ? XxHash64.Hash(utf8[..length])
            : XxHash64.Hash(Encoding.UTF8.GetBytes(member));
    }
}
