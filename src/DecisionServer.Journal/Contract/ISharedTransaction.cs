using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>What commands of a journal that several nodes write can do beyond others.</summary>
public interface ISharedTransaction : IJournalTransaction
{
    /// <summary>
    /// Puts something into a sealed generation. Every node reads it from truth, this one too (<see cref="ISharedJournal.ReadPuts"/>): that there is something to read comes
    /// by <see cref="IChangeVisitor.Put"/>.
    /// </summary>
    /// <param name="generation">Id of the generation.</param>
    /// <param name="kind">What is put.</param>
    /// <param name="catalogue">See <see cref="GenerationPut.Catalogue"/>.</param>
    /// <param name="content">The contents, at most some hundred kilobytes where it can be parted: a commit holds up all others.</param>
    void Put(string generation, PutKind kind, long catalogue, byte[] content);

    /// <summary>Forgets what was put into a generation.</summary>
    void ForgetPuts(string generation);
}
