using System.Text;
using DecisionServer.Store;

namespace DecisionServer;

/// <summary>Checks of ids and short texts in requests; each failure is an INVALID_ARGUMENT that names the field.</summary>
public static class Ids
{
    /// <summary>Requires an id: 1 to 64 bytes of UTF-8.</summary>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is none.</exception>
    public static string Require(string value, string field) =>
        IdRules.IsValid(value, out string fault) ? value : throw Errors.InvalidArgument(field, fault);

    /// <summary>Requires an id in a list; the field is named with its index, which costs nothing unless it is at fault.</summary>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is none.</exception>
    public static string Require(string value, string list, int index, string field = "") =>
        IdRules.IsValid(value, out string fault) ? value : throw Errors.InvalidArgument(Element(list, index, field), fault);

    /// <summary>Requires an id or nothing: empty, or 1 to 64 bytes of UTF-8.</summary>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is neither.</exception>
    public static string Optional(string value, string field) => value.Length == 0 ? value : Require(value, field);

    /// <summary>Requires a text of at most <paramref name="maxBytes"/> bytes of UTF-8; it may be empty.</summary>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is longer.</exception>
    public static string Text(string value, string field, int maxBytes)
    {
        // Three bytes a UTF-16 unit at most, so most texts need no counting.
        if (value.Length * 3 > maxBytes && Encoding.UTF8.GetByteCount(value) is int bytes && bytes > maxBytes)
            throw Errors.InvalidArgument(field, $"is {bytes} bytes long, at most {maxBytes} are allowed");
        return value;
    }

    /// <summary>Requires that a list holds at most <paramref name="max"/> elements.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it holds more.</exception>
    public static void Count(int count, string field, int max)
    {
        if (count > max)
            throw Errors.InvalidArgument(field, $"holds {count} elements, at most {max} are allowed");
    }

    private static string Element(string list, int index, string field) =>
        field.Length == 0 ? $"{list}[{index}]" : $"{list}[{index}].{field}";
}
