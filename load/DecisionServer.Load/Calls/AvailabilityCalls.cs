using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Load.Calls;

/// <summary>UpdateAvailability of one random offer: a new stock; one in twenty goes out of stock until its next update.</summary>
public sealed class AvailabilityCalls(int offers, int seed) : ICallSource
{
    private readonly Random _random = new(seed);
    private readonly UpdateAvailabilityRequest _request = new() { Updates = { new AvailabilityUpdate() } };

    /// <inheritdoc/>
    public string Path => "/decisionserver.v1.AvailabilityService/UpdateAvailability";

    /// <inheritdoc/>
    public int MaxLength => 128;

    /// <inheritdoc/>
    public int WriteNext(Span<byte> into)
    {
        AvailabilityUpdate update = _request.Updates[0];
        update.OfferId = $"OF{_random.Next(offers):D6}";
        update.Stock = _random.Next(20) == 0 ? 0 : 1 + _random.Next(1000);
        int length = _request.CalculateSize();
        _request.WriteTo(into[..length]);
        return length;
    }

    /// <inheritdoc/>
    public string? Check(ReadOnlySpan<byte> message)
    {
        UpdateAvailabilityResponse answer = UpdateAvailabilityResponse.Parser.ParseFrom(message);
        return answer.Applied == 1 ? null : $"{answer.Applied} updates applied instead of 1";
    }
}
