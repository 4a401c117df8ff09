using System.Text;

namespace DecisionServer.Loader;

/// <summary>
/// Makes members' sets: distinct offers drawn by popularity, scores of four decimals from high to low. Fills an <see cref="OfferSetRecord"/>.
/// </summary>
internal sealed class MemberGenerator
{
    private const ulong Stream = 2;
    private const double Exponent = 0.8;

    // Draws that hit an offer already taken are repeated so often; then the next free offer is taken, so that a set as large as the catalogue ends.
    private const int MaxDraws = 8;
    private const int TenThousand = 10_000;

    private readonly GeneratorOptions _options;
    private readonly ZipfSampler _offers;
    private readonly byte[][] _categories = [.. Grocery.Categories.Select(entry => Encoding.UTF8.GetBytes(entry.Category))];
    private readonly byte[][] _brands = [.. Grocery.Brands.Select(Encoding.UTF8.GetBytes)];
    private readonly byte[] _id = "M00000000"u8.ToArray();
    private readonly byte[] _item = new byte[10];
    private readonly int _items;
    private Pcg32 _random;

    public MemberGenerator(GeneratorOptions options)
    {
        _options = options;
        _offers = new ZipfSampler(options.Offers, Exponent);
        _items = Math.Max(1, options.Offers * 5);
        _random = new Pcg32(options.Seed, Stream);
    }

    /// <summary>Makes the member at <paramref name="index"/>. Call with 0, 1, 2, …: the sequence makes the content.</summary>
    public void Fill(int index, OfferSetRecord record)
    {
        record.Begin(index);
        WriteDigits(_id.AsSpan(1), index);
        record.SetMember(_id);
        var score = TenThousand - _random.Below(TenThousand / 10);
        while (record.OfferCount < _options.SetSize)
        {
            AddOffer(record, score / (float)TenThousand);
            score = Math.Max(1, score - _random.Below((score / 12) + 1));
        }

        score = TenThousand;
        for (var tries = 0; record.AffinityCount < _options.Affinities && tries < 16 * OfferSetRecord.MaxAffinities; tries++)
        {
            if (AddAffinity(record, score / (float)TenThousand) == AddOutcome.Added) score = Math.Max(1, score - _random.Below((score / 6) + 1));
        }
    }

    /// <summary>Writes a number right-aligned with leading zeros.</summary>
    internal static void WriteDigits(Span<byte> target, int value)
    {
        for (var i = target.Length - 1; i >= 0; i--, value /= 10) target[i] = (byte)('0' + (value % 10));
    }

    private void AddOffer(OfferSetRecord record, float score)
    {
        var offer = 0;
        for (var draw = 0; draw < MaxDraws; draw++)
        {
            offer = _offers.Next(ref _random);
            if (record.AddOffer(offer, score) == AddOutcome.Added) return;
        }

        while (record.AddOffer(offer, score) != AddOutcome.Added) offer = (offer + 1) % _options.Offers;
    }

    private AddOutcome AddAffinity(OfferSetRecord record, float score)
    {
        switch (_random.Below(4))
        {
            case 0:
                return record.AddAffinity(2, _categories[_random.Below(_categories.Length)], score);
            case 1:
                return record.AddAffinity(3, _brands[_random.Below(_brands.Length)], score);
            default:
                var number = 1_000_000 + _random.Below(_items);
                number.TryFormat(_item, out var length);
                return record.AddAffinity(1, _item.AsSpan(0, length), score);
        }
    }
}
