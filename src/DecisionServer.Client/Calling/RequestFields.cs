using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace DecisionServer.Client.Calling;

/// <summary>The fields of a request that routing and repeating look at: <c>member_id</c> and <c>idempotency_key</c>, where its message has them.</summary>
internal static class RequestFields<TRequest>
    where TRequest : class
{
    private static readonly FieldDescriptor? Member = Field("member_id");
    private static readonly FieldDescriptor? Key = Field("idempotency_key");

    /// <summary>Whether calls with this request are repeated under a key.</summary>
    public static bool HasKey => Key is not null;

    /// <summary>Whose call it is; empty: nobody's.</summary>
    public static string MemberOf(TRequest request) => Member is null ? "" : (string)Member.Accessor.GetValue((IMessage)request);

    /// <summary>The same request with a key: the caller's, or else one of its own, in a copy.</summary>
    public static TRequest WithKey(TRequest request)
    {
        if (Key is null || ((string)Key.Accessor.GetValue((IMessage)request)).Length > 0)
        {
            return request;
        }

        var copy = (IMessage)((IDeepCloneable<TRequest>)request).Clone();
        Key.Accessor.SetValue(copy, Guid.NewGuid().ToString("n"));
        return (TRequest)copy;
    }

    private static FieldDescriptor? Field(string name) =>
        typeof(TRequest).GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is MessageDescriptor message
        && message.FindFieldByName(name) is { IsRepeated: false, FieldType: FieldType.String } field
            ? field
            : null;
}
