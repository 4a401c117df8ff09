using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a marshaller puts the bytes of one message. The transport overrides what it supports.</summary>
public abstract class SerializationContext
{
    /// <summary>Hands over the whole message; nothing may be written before or after.</summary>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>The writer of the message; <see cref="Complete()"/> ends it.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Announces the length in bytes, before the first write, so that nothing needs to be buffered.</summary>
    public virtual void SetPayloadLength(int payloadLength) => throw new NotImplementedException();

    /// <summary>Ends a message that was written to <see cref="GetBufferWriter"/>.</summary>
    public virtual void Complete() => throw new NotImplementedException();
}
