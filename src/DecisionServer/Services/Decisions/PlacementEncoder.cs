using System.Text;
using DecisionServer.Engine;

namespace DecisionServer.Services.Decisions;

/// <summary>Writes a filled placement in the wire format of PlacementDecision, and its candidates in that of Candidate.</summary>
internal static class PlacementEncoder
{
    private static ReadOnlySpan<byte> Propensity => "propensity"u8;

    private static ReadOnlySpan<byte> Context => "context"u8;

    private static ReadOnlySpan<byte> Value => "value"u8;

    private static ReadOnlySpan<byte> Boost => "boost"u8;

    public static int Measure(PlacementResult slot, bool omitsContent)
    {
        var length = 1 + WireWriter.SizeOfDelimited(Encoding.UTF8.GetByteCount(slot.Placement.Name));
        var offers = slot.Offers;
        for (var i = 0; i < offers.Length; i++) length += 1 + WireWriter.SizeOfDelimited(OfferEncoder.Measure(offers[i], i + 1, omitsContent));
        if (slot.Shortfall != 0) length += 1 + WireWriter.SizeOf((uint)slot.Shortfall);
        foreach (ref readonly var candidate in slot.Candidates) length += 1 + WireWriter.SizeOfDelimited(Measure(candidate, HasAllParts(slot)));
        return length;
    }

    public static void Write(PlacementResult slot, bool omitsContent, ref WireWriter writer)
    {
        // 1 placement
        writer.Byte(0x0A);
        writer.Text(slot.Placement.Name, Encoding.UTF8.GetByteCount(slot.Placement.Name));

        // 2 offers
        var offers = slot.Offers;
        for (var i = 0; i < offers.Length; i++)
        {
            writer.Byte(0x12);
            writer.Number((uint)OfferEncoder.Measure(offers[i], i + 1, omitsContent));
            OfferEncoder.Write(offers[i], i + 1, omitsContent, ref writer);
        }

        // 3 shortfall
        if (slot.Shortfall != 0)
        {
            writer.Byte(0x18);
            writer.Number((uint)slot.Shortfall);
        }

        // 4 candidates
        foreach (ref readonly var candidate in slot.Candidates)
        {
            writer.Byte(0x22);
            writer.Number((uint)Measure(candidate, HasAllParts(slot)));
            Write(candidate, HasAllParts(slot), ref writer);
        }
    }

    // Under the affinity strategy the score is the propensity.
    private static bool HasAllParts(PlacementResult slot) => slot.Placement.Strategy != Store.PlacementStrategy.Affinity;

    private static int Measure(in JudgedOffer candidate, bool allParts)
    {
        // Reason and source are small numbers and never 0.
        var length = OfferBytes.Of(candidate.Offer).Id.Length + 2 + 2;
        if (candidate.Score != 0f) length += 1 + sizeof(float);
        length += MeasurePart(Propensity, candidate.Parts.Propensity);
        if (!allParts) return length;
        return length + MeasurePart(Context, candidate.Parts.Context) + MeasurePart(Value, candidate.Parts.Value) + MeasurePart(Boost, candidate.Parts.Boost);
    }

    private static void Write(in JudgedOffer candidate, bool allParts, ref WireWriter writer)
    {
        // 1 offer_id, 2 score
        writer.Bytes(OfferBytes.Of(candidate.Offer).Id);
        if (candidate.Score != 0f)
        {
            writer.Byte(0x15);
            writer.Single(candidate.Score);
        }

        // 3 score_parts
        WritePart(Propensity, candidate.Parts.Propensity, ref writer);
        if (allParts)
        {
            WritePart(Context, candidate.Parts.Context, ref writer);
            WritePart(Value, candidate.Parts.Value, ref writer);
            WritePart(Boost, candidate.Parts.Boost, ref writer);
        }

        // 4 reason, 5 source
        writer.Byte(0x20);
        writer.Byte((byte)candidate.Reason);
        writer.Byte(0x28);
        writer.Byte((byte)candidate.Source);
    }

    private static int MeasurePart(ReadOnlySpan<byte> name, float value) => 2 + PartLength(name, value);

    private static void WritePart(ReadOnlySpan<byte> name, float value, ref WireWriter writer)
    {
        writer.Byte(0x1A);
        writer.Byte((byte)PartLength(name, value));
        writer.Byte(0x0A);
        writer.Byte((byte)name.Length);
        writer.Bytes(name);
        if (IsDefault(value)) return;
        writer.Byte(0x15);
        writer.Single(value);
    }

    private static int PartLength(ReadOnlySpan<byte> name, float value) => 2 + name.Length + (IsDefault(value) ? 0 : 1 + sizeof(float));

    // In a map, unlike in a field, -0 counts as a value.
    private static bool IsDefault(float value) => BitConverter.SingleToInt32Bits(value) == 0;
}
