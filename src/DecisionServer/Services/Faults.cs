using System.Text;

namespace DecisionServer.Services;

/// <summary>
/// The faults of one request: all are looked for, so that the sender mends them in one go, but only so many are named that the status still fits the
/// headers that clients accept.
/// </summary>
internal sealed class Faults
{
    private const int MaxNamed = 20;
    private const int MaxLength = 2_000;

    private readonly StringBuilder _named = new();
    private int _count;
    private int _countNamed;

    /// <summary>Whether there is any.</summary>
    public bool Any => _count > 0;

    /// <summary>Adds a fault.</summary>
    public void Add(string field, string fault) => Add($"{field}: {fault}");

    /// <summary>Adds faults of the form "field: fault"; <paramref name="path"/> says where the field is, <paramref name="remark"/> goes behind.</summary>
    public void AddAll(IEnumerable<string> faults, string path = "", string remark = "")
    {
        foreach (var fault in faults) Add(path + fault + remark);
    }

    /// <summary>INVALID_ARGUMENT with all that was found, if anything was.</summary>
    /// <exception cref="Grpc.Core.RpcException">There is a fault.</exception>
    public void ThrowIfAny()
    {
        if (_count == 0) return;
        if (_count > _countNamed) _named.Append(System.Globalization.CultureInfo.InvariantCulture, $"; and {_count - _countNamed} more");
        throw Errors.InvalidArgument(_named.ToString());
    }

    private void Add(string fault)
    {
        _count++;
        if (_countNamed == MaxNamed || (_countNamed > 0 && _named.Length + fault.Length > MaxLength)) return;
        if (_countNamed++ > 0) _named.Append("; ");
        _named.Append(fault);
    }
}
