namespace DecisionServer.Load.Calls;

/// <summary>Single fields of an answer, without decoding the rest.</summary>
public static class AnswerFields
{
    private const byte DecisionId = 0x0A;
    private const byte Generation = 0x12;

    /// <summary>generation_id of a NextBestOffersResponse or RankSearchResponse.</summary>
    /// <param name="message">The answer. Fields in the order of their numbers, as protobuf writes them.</param>
    /// <returns>Empty: it has none.</returns>
    public static ReadOnlySpan<byte> GenerationId(ReadOnlySpan<byte> message)
    {
        // Both are ids: shorter than 128 bytes, so their length is one byte.
        if (message.Length >= 2 && message[0] == DecisionId && message[1] < 0x80 && message.Length >= 2 + message[1])
            message = message[(2 + message[1])..];
        return message.Length >= 2 && message[0] == Generation && message[1] < 0x80 && message.Length >= 2 + message[1]
            ? message.Slice(2, message[1])
            : default;
    }
}
