using Grpc.Core;

namespace DecisionServer.Client.Calling;

/// <summary>Tells load balancers whose call it is, so that they can send a member's calls to one node.</summary>
internal static class MemberHeader
{
    public const string Name = "x-member-id";

    /// <summary>Adds the header: the id where it is printable ASCII, percent-encoded UTF-8 otherwise. The caller's own header stays.</summary>
    public static CallOptions WithMember(this CallOptions options, string member)
    {
        if (member.Length == 0 || options.Headers?.Get(Name) is not null)
        {
            return options;
        }

        var headers = new Metadata();
        foreach (Metadata.Entry entry in options.Headers ?? [])
        {
            headers.Add(entry);
        }

        headers.Add(Name, member.All(letter => letter is > ' ' and < '\x7f' and not '%') ? member : Uri.EscapeDataString(member));
        return options.WithHeaders(headers);
    }
}
