using System.Buffers.Binary;

namespace DecisionServer.Load.Wire;

/// <summary>Types of frames (RFC 9113, section 6).</summary>
internal static class FrameType
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte RstStream = 3;
    public const byte Settings = 4;
    public const byte PushPromise = 5;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;
}

/// <summary>Flags of frames.</summary>
internal static class FrameFlags
{
    public const byte EndStream = 0x1;
    public const byte Ack = 0x1;
    public const byte EndHeaders = 0x4;
    public const byte Padded = 0x8;
    public const byte Priority = 0x20;
}

/// <summary>Settings (RFC 9113, section 6.5.2).</summary>
internal static class SettingId
{
    public const int HeaderTableSize = 1;
    public const int EnablePush = 2;
    public const int MaxConcurrentStreams = 3;
    public const int InitialWindowSize = 4;
    public const int MaxFrameSize = 5;
}

/// <summary>The nine bytes before each frame.</summary>
internal readonly record struct FrameHeader(int Length, byte Type, byte Flags, int StreamId)
{
    public const int Size = 9;

    public bool Has(byte flag) => (Flags & flag) != 0;

    public static FrameHeader Read(ReadOnlySpan<byte> from) =>
        new(
            (from[0] << 16) | (from[1] << 8) | from[2],
            from[3],
            from[4],
            (int)(BinaryPrimitives.ReadUInt32BigEndian(from[5..]) & 0x7FFF_FFFF));

    public static void Write(Span<byte> into, int length, byte type, byte flags, int streamId)
    {
        into[0] = (byte)(length >> 16);
        into[1] = (byte)(length >> 8);
        into[2] = (byte)length;
        into[3] = type;
        into[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(into[5..], streamId);
    }
}
