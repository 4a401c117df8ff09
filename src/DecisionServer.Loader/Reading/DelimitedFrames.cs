namespace DecisionServer.Loader;

/// <summary>Cuts an input into length-delimited protobuf messages.</summary>
internal sealed class DelimitedFrames(InputSource source, int maxMessageBytes)
{
    private int _length;

    /// <summary>Where the message just taken begins, in bytes after decompression.</summary>
    public long Offset { get; private set; } = -1;

    /// <summary>Takes the next message. It stays in the window until the next call.</summary>
    /// <exception cref="InputException">The input ends within a message, or a message is too long.</exception>
    public ReadStep Take(out ReadOnlySpan<byte> message)
    {
        var window = source.Window;
        message = default;
        window.Consume(_length);
        _length = 0;
        var data = window.Unread;
        if (data.IsEmpty) return window.IsCompleted ? ReadStep.End : ReadStep.NeedMore;
        var prefix = WireReader.ReadVarint(data, out var length);
        if (prefix < 0 || (prefix > 0 && length > (ulong)maxMessageBytes))
        {
            throw new InputException(
                new InputPlace(source.Spec.Name, window.Offset, true),
                prefix < 0 ? "there is no message length here" : $"a message of {length} bytes is announced, at most {maxMessageBytes} are allowed",
                "is this a file of length-delimited messages? If so, it is damaged here: write or copy it again");
        }

        if (prefix == 0 || data.Length - prefix < (int)length)
        {
            if (!window.IsCompleted) return ReadStep.NeedMore;
            var missing = prefix == 0 ? "its length is cut" : $"it is {length} bytes long and {data.Length - prefix} are there";
            throw new InputException(new InputPlace(source.Spec.Name, window.Offset, true), $"the file is truncated: {missing}", "write or copy the file again");
        }

        Offset = window.Offset;
        message = data.Slice(prefix, (int)length);
        _length = prefix + (int)length;
        return ReadStep.Record;
    }
}
