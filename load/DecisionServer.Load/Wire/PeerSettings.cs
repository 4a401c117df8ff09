using System.Buffers.Binary;

namespace DecisionServer.Load.Wire;

/// <summary>What the server allows this client.</summary>
internal sealed class PeerSettings
{
    /// <summary>Streams at a time.</summary>
    public int MaxConcurrentStreams { get; private set; } = int.MaxValue;

    /// <summary>Bytes that a new stream may send at once.</summary>
    public int InitialWindowSize { get; private set; } = 65_535;

    /// <summary>Bytes of the table for request headers.</summary>
    public int HeaderTableSize { get; private set; } = 4096;

    /// <summary>Bytes that the connection may still send.</summary>
    public long SendWindow { get; set; } = 65_535;

    public void Apply(ReadOnlySpan<byte> settings)
    {
        for (; settings.Length >= 6; settings = settings[6..])
        {
            int value = (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(settings[2..]));
            switch (BinaryPrimitives.ReadUInt16BigEndian(settings))
            {
                case SettingId.MaxConcurrentStreams:
                    MaxConcurrentStreams = value;
                    break;
                case SettingId.InitialWindowSize:
                    InitialWindowSize = value;
                    break;
                case SettingId.HeaderTableSize:
                    HeaderTableSize = value;
                    break;
            }
        }
    }
}
