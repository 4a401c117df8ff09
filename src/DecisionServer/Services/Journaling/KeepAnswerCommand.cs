using DecisionServer.Journal;
using Google.Protobuf;

namespace DecisionServer.Services.Journaling;

/// <summary>Keeps an answer to something that was done elsewhere.</summary>
internal sealed class KeepAnswerCommand(string method, string key, UInt128 hash, IMessage answer) : IJournalCommand<bool>
{
    public bool Execute(IJournalTransaction transaction)
    {
        KeyedAnswers.Put(transaction, method, key, hash, answer);
        return true;
    }

    public void Apply(bool result)
    {
        // Serving has it already.
    }
}
