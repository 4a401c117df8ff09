using System.Globalization;
using System.Security.Cryptography;

namespace DecisionServer.Services.Decisions;

/// <summary>Names decisions: a random name of this process and a number. Unique among servers and restarts, cheap, and telling nothing about the member.</summary>
internal sealed class DecisionIds
{
    private readonly string _process = RandomNumberGenerator.GetHexString(12, lowercase: true);
    private long _last;

    /// <summary>The next name, for example "5f0c93b1a2e4-3e8".</summary>
    public string Next() => string.Create(CultureInfo.InvariantCulture, $"{_process}-{Interlocked.Increment(ref _last):x}");
}
