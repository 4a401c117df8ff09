using System.Buffers;
using DecisionServer.Engine;
using DecisionServer.Services.Decisions;
using Grpc.Core;

namespace DecisionServer.Benchmarks;

/// <summary>Decides and writes the answer's bytes as the gRPC service does, into memory instead of a connection.</summary>
internal sealed class AnswerSink(DecisionEngine engine) : SerializationContext, IBufferWriter<byte>
{
    private readonly DecisionIds _ids = new();
    private readonly byte[] _memory = new byte[1 << 16];
    private int _length;

    /// <summary>Decides for a member; the bytes of the answer.</summary>
    public ReadOnlySpan<byte> Decide(string memberId)
    {
        _length = 0;
        var workspace = DecisionWorkspace.Rent();
        workspace.Request.MemberId = memberId;
        if (engine.Decide(workspace.Request, workspace.Result) != DecisionOutcome.Decided) throw new InvalidOperationException("There is no generation.");
        workspace.Answer.Id = _ids.Next();
        AnswerEncoder.Serialize(workspace.Answer, this);
        return _memory.AsSpan(0, _length);
    }

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void SetPayloadLength(int payloadLength)
    {
    }

    public override void Complete()
    {
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _memory.AsMemory(_length);

    public Span<byte> GetSpan(int sizeHint = 0) => _memory.AsSpan(_length);
}
