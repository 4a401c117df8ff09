using System.Globalization;
using System.Security.Cryptography;

namespace DecisionServer.Loader;

/// <summary>
/// Describes what is sent and how it is cut. The server keeps it and refuses to resume with another one, since chunks under the same
/// numbers would then hold other sets.
/// </summary>
internal static class SourceFingerprint
{
    // Files of one size differ somewhere near their beginning, or were changed by hand.
    private const int HashedBytes = 1024 * 1024;
    private const int MaxNameLength = 200;

    public static string Create(LoadOptions options)
    {
        var parts = new List<string>
        {
            "v2", // how sets are cut into chunks: the compact form
            string.Create(CultureInfo.InvariantCulture, $"chunk={options.ChunkBytes}"),
            string.Create(CultureInfo.InvariantCulture, $"parallel={options.Send.Parallel}"),
            $"offers={Describe(options.Offers)}",
            $"offer_sets={Describe(options.OfferSets)}",
        };
        if (options.Affinities is { } affinities) parts.Add($"affinities={Describe(affinities)}");
        return string.Join("; ", parts);
    }

    private static string Describe(InputSpec input)
    {
        if (input.IsStandardInput) return $"{input.Format.Name()} stdin";
        var name = Text.Shorten(Path.GetFileName(input.Path), MaxNameLength);
        return string.Create(CultureInfo.InvariantCulture, $"{input.Format.Name()} {name} {input.Length} bytes {Head(input)}");
    }

    private static string Head(InputSpec input)
    {
        using var file = new FileStream(input.Path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var head = new byte[Math.Min(HashedBytes, file.Length)];
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return Convert.ToHexStringLower(SHA256.HashData(head.AsSpan(0, read)).AsSpan(0, 8));
    }
}
