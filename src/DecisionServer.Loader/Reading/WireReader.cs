using System.Buffers.Binary;

namespace DecisionServer.Loader;

/// <summary>Reads protobuf's wire format from a span, without exceptions: every method says whether the bytes made sense.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> data)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int LengthDelimited = 2;
    public const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = data;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads a varint of up to ten bytes at the beginning of <paramref name="data"/>. 0: incomplete; negative: not a varint.</summary>
    public static int ReadVarint(ReadOnlySpan<byte> data, out ulong value)
    {
        value = 0;
        for (var i = 0; i < data.Length && i < 10; i++)
        {
            value |= (ulong)(data[i] & 0x7f) << (7 * i);
            if (data[i] < 0x80) return i + 1;
        }

        return data.Length < 10 ? 0 : -1;
    }

    public bool TryReadTag(out int field, out int wireType)
    {
        var read = TryReadVarint(out var tag) && tag <= uint.MaxValue;
        field = (int)(tag >> 3);
        wireType = (int)(tag & 7);
        return read && field > 0;
    }

    public bool TryReadVarint(out ulong value)
    {
        if (!_rest.IsEmpty && _rest[0] < 0x80)
        {
            value = _rest[0];
            _rest = _rest[1..];
            return true;
        }

        var length = ReadVarint(_rest, out value);
        if (length <= 0) return false;
        _rest = _rest[length..];
        return true;
    }

    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryReadVarint(out var length) || length > (ulong)_rest.Length) return false;
        bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    public bool TryReadSingle(out float value)
    {
        value = 0;
        if (_rest.Length < 4) return false;
        value = BinaryPrimitives.ReadSingleLittleEndian(_rest);
        _rest = _rest[4..];
        return true;
    }

    /// <summary>Passes over a field that is not known. Groups are refused: proto3 has none.</summary>
    public bool TrySkip(int wireType)
    {
        switch (wireType)
        {
            case Varint:
                return TryReadVarint(out _);
            case LengthDelimited:
                return TryReadBytes(out _);
            case Fixed32:
                return TryReadSingle(out _);
            case Fixed64 when _rest.Length >= 8:
                _rest = _rest[8..];
                return true;
            default:
                return false;
        }
    }
}
