using DecisionServer.Store;
using FsCheck;
using FsCheck.Fluent;

namespace DecisionServer.Store.Tests.Records;

public sealed class RecordCodecTests
{
    [Fact]
    public void PackOffers_ThirtyFive_Take152Bytes()
    {
        ScoredOffer[] offers = [.. Enumerable.Range(0, 35).Select(i => new ScoredOffer(i * 100, 1 - (i * 0.01f)))];

        Assert.Equal(152, RecordCodec.PackOffers(1, Rounded(offers), new byte[RecordCodec.MaxBytes]));
    }

    [Fact]
    public void Offers_FourDecimals_ComeBackExactly()
    {
        var scores = Arb.From(Gen.ArrayOf(Gen.Choose(0, 65535)).Where(codes => codes.Length <= 64));
        Prop.ForAll(scores, codes =>
        {
            ScoredOffer[] offers = [.. codes.Select((code, i) => new ScoredOffer(i, float.Parse((code / 10000m).ToString(System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture)))];
            OfferSetBuffer buffer = RoundTrip(offers);
            return offers.Select(offer => offer.Score).SequenceEqual(buffer.Scores.Take(buffer.Count));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Offers_AnyScoresAndIndexes_RoundTrip()
    {
        var finite = ArbMap.Default.GeneratorFor<float>().Where(float.IsFinite);
        var offer = Gen.Choose(0, CatalogueSnapshot.MaxOffers - 1).SelectMany(index => finite.Select(score => new ScoredOffer(index, score)));
        var sets = Arb.From(Gen.ArrayOf(offer).Where(offers => offers.Length <= 64));
        Prop.ForAll(sets, offers =>
        {
            OfferSetBuffer buffer = RoundTrip(offers);
            double range = offers.Length == 0 ? 0 : (double)offers.Max(o => o.Score) - offers.Min(o => o.Score);
            double magnitude = offers.Length == 0 ? 0 : offers.Max(o => Math.Abs((double)o.Score));
            return buffer.Count == offers.Length
                && Enumerable.Range(0, offers.Length).All(i =>
                    buffer.OfferIndexes[i] == offers[i].OfferIndex
                    && Math.Abs((double)buffer.Scores[i] - offers[i].Score) <= (range / 65535) + (magnitude * 1e-6));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Affinities_AnyKeys_RoundTrip()
    {
        var affinity = Gen.Choose(0, int.MaxValue).SelectMany(low => Gen.Choose(0, 65535).Select(high =>
            new ScoredAffinity(((ulong)high << 32) | (uint)low, high / 10000f)));
        Prop.ForAll(Arb.From(Gen.ArrayOf(affinity).Where(affinities => affinities.Length <= 64)), affinities =>
        {
            byte[] record = new byte[RecordCodec.MaxBytes];
            var buffer = new AffinityBuffer();
            RecordCodec.UnpackAffinities(record.AsSpan(0, RecordCodec.PackAffinities(7, affinities, record)), buffer);
            return affinities.Select(a => (a.Key, a.Score)).SequenceEqual(buffer.Keys.Zip(buffer.Scores).Take(buffer.Count));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void IsWellFormed_RandomBytes_NeverThrowsAndUnpacksWhatItAccepts()
    {
        var buffer = new OfferSetBuffer();
        var affinities = new AffinityBuffer();
        Prop.ForAll<byte[]>(bytes =>
        {
            if (RecordCodec.IsWellFormed(bytes, 1000))
            {
                if (RecordCodec.IsOffers(bytes))
                {
                    RecordCodec.UnpackOffers(bytes, buffer);
                }
                else
                {
                    RecordCodec.UnpackAffinities(bytes, affinities);
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void IsWellFormed_TruncatedOrForeignIndex_IsFalse()
    {
        byte[] record = new byte[RecordCodec.MaxBytes];
        int length = RecordCodec.PackOffers(1, [new ScoredOffer(10, 0.5f), new ScoredOffer(3, 0.25f)], record);

        Assert.True(RecordCodec.IsWellFormed(record.AsSpan(0, length), 11));
        Assert.False(RecordCodec.IsWellFormed(record.AsSpan(0, length), 10));
        for (int shorter = 0; shorter < length; shorter++)
        {
            Assert.False(RecordCodec.IsWellFormed(record.AsSpan(0, shorter), 11));
        }
    }

    private static ScoredOffer[] Rounded(ScoredOffer[] offers) =>
        [.. offers.Select(offer => offer with { Score = MathF.Round(offer.Score * 10000) / 10000f })];

    private static OfferSetBuffer RoundTrip(ScoredOffer[] offers)
    {
        byte[] record = new byte[RecordCodec.MaxBytes];
        int length = RecordCodec.PackOffers(7, offers, record);
        Assert.True(RecordCodec.IsWellFormed(record.AsSpan(0, length), CatalogueSnapshot.MaxOffers));
        var buffer = new OfferSetBuffer();
        RecordCodec.UnpackOffers(record.AsSpan(0, length), buffer);
        return buffer;
    }
}
