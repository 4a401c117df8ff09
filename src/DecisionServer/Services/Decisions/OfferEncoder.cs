using DecisionServer.Engine;

namespace DecisionServer.Services.Decisions;

/// <summary>Writes a chosen offer in the wire format of DecidedOffer.</summary>
internal static class OfferEncoder
{
    private const long TicksAtUnixEpoch = 621_355_968_000_000_000;

    public static int Measure(in ChosenOffer chosen, int rank, bool omitsContent)
    {
        var bytes = OfferBytes.Of(chosen.Offer);
        var length = bytes.Id.Length + 1 + WireWriter.SizeOf((uint)rank) + 2;
        if (chosen.Score != 0f) length += 1 + sizeof(float);
        length += HasOwnTerms(chosen) ? MeasureTerms(chosen) : bytes.Terms.Length;
        if (chosen.IsActivated) length += 2;
        return omitsContent ? length : length + bytes.Content.Length;
    }

    public static void Write(in ChosenOffer chosen, int rank, bool omitsContent, ref WireWriter writer)
    {
        var bytes = OfferBytes.Of(chosen.Offer);

        // 1 offer_id, 2 rank, 3 score, 4 source
        writer.Bytes(bytes.Id);
        writer.Byte(0x10);
        writer.Number((uint)rank);
        if (chosen.Score != 0f)
        {
            writer.Byte(0x1D);
            writer.Single(chosen.Score);
        }

        writer.Byte(0x20);
        writer.Byte((byte)chosen.Source);

        // Most offers end as the catalogue has them: one copy.
        var hasOwnTerms = HasOwnTerms(chosen);
        if (!hasOwnTerms && !chosen.IsActivated && !omitsContent)
        {
            writer.Bytes(bytes.TermsAndContent);
            return;
        }

        // 5 price_minor, 6 valid_until
        if (hasOwnTerms) WriteTerms(chosen, ref writer);
        else writer.Bytes(bytes.Terms);

        // 7 activated
        if (chosen.IsActivated)
        {
            writer.Byte(0x38);
            writer.Byte(1);
        }

        // 8 content
        if (!omitsContent) writer.Bytes(bytes.Content);
    }

    // Live availability has another price or an earlier end than the catalogue.
    private static bool HasOwnTerms(in ChosenOffer chosen) =>
        chosen.PriceMinor != chosen.Offer.PriceMinor || chosen.ValidUntilTicks != chosen.Offer.ValidUntilTicks;

    private static int MeasureTerms(in ChosenOffer chosen)
    {
        var length = 0;
        if (chosen.PriceMinor is { } price) length += 1 + WireWriter.SizeOf((ulong)price);
        if (chosen.ValidUntilTicks != long.MaxValue) length += 1 + WireWriter.SizeOfDelimited(MeasureInstant(chosen.ValidUntilTicks));
        return length;
    }

    private static void WriteTerms(in ChosenOffer chosen, ref WireWriter writer)
    {
        if (chosen.PriceMinor is { } price)
        {
            writer.Byte(0x28);
            writer.Number((ulong)price);
        }

        if (chosen.ValidUntilTicks == long.MaxValue) return;
        writer.Byte(0x32);
        writer.Number((uint)MeasureInstant(chosen.ValidUntilTicks));
        var (seconds, nanos) = Split(chosen.ValidUntilTicks);
        if (seconds != 0)
        {
            writer.Byte(0x08);
            writer.Number((ulong)seconds);
        }

        if (nanos == 0) return;
        writer.Byte(0x10);
        writer.Number((ulong)nanos);
    }

    private static int MeasureInstant(long ticks)
    {
        var (seconds, nanos) = Split(ticks);
        return (seconds == 0 ? 0 : 1 + WireWriter.SizeOf((ulong)seconds)) + (nanos == 0 ? 0 : 1 + WireWriter.SizeOf((ulong)nanos));
    }

    // As google.protobuf.Timestamp counts: seconds from 1970, negative before, nanoseconds never negative.
    private static (long Seconds, long Nanos) Split(long ticks) =>
        ((ticks / TimeSpan.TicksPerSecond) - (TicksAtUnixEpoch / TimeSpan.TicksPerSecond), ticks % TimeSpan.TicksPerSecond * 100);
}
