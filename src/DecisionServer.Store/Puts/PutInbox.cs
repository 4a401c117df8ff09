using Microsoft.Extensions.Logging;

namespace DecisionServer.Store;

/// <summary>
/// Takes into the generations of this node what truth says was put into them. One thread at a time of a generation.
/// </summary>
/// <param name="registry">The generations.</param>
/// <param name="serving">Shows offers that were put.</param>
/// <param name="erasures">Who was erased, at least up to the commits whose puts come.</param>
/// <param name="log">The log.</param>
public sealed class PutInbox(GenerationRegistry registry, Serving serving, ErasureLog erasures, ILogger<PutInbox> log)
{
    /// <summary>Those in memory: what is put into others is read when they come into memory.</summary>
    public IReadOnlyList<Generation> Generations => registry.InMemory;

    /// <summary>The place up to which a generation has followed a truth.</summary>
    public static PutPlace PlaceOf(Generation generation, string truth) => generation.Puts is { } puts && puts.Truth == truth ? puts.Place : default;

    /// <summary>Takes in what was put, in order; what was taken in before is passed over.</summary>
    /// <param name="generation">Where.</param>
    /// <param name="truth">Which truth says so.</param>
    /// <param name="puts">Ascending, without gaps, from the generation's place on.</param>
    /// <exception cref="GenerationException">Something does not fit to what is here, or memory is full; what comes before it was taken in.</exception>
    public void Take(Generation generation, string truth, IReadOnlyList<GenerationPut> puts)
    {
        if (!generation.TryAcquire())
        {
            return;
        }

        try
        {
            // Sets after offers may name them: those must be visible first.
            for (int at = 0; at < puts.Count;)
            {
                int end = at;
                while (end < puts.Count && puts[end].Kind == PutKind.Sets)
                {
                    end++;
                }

                if (end > at)
                {
                    generation.FollowSets([.. puts.Skip(at).Take(end - at)], truth, erasures);
                    at = end;
                }
                else
                {
                    generation.FollowOffers(puts[at++], truth);
                    serving.Follow(generation);
                }
            }
        }
        finally
        {
            generation.Release();
        }

        if (generation.TakeLogFault() is { } fault)
        {
            Log.ChangesNotKept(log, generation.Id, fault.Message);
        }
    }
}
