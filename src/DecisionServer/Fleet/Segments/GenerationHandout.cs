using DecisionServer.Services;
using DecisionServer.Store;
using DecisionServer.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DecisionServer.Fleet.Segments;

/// <summary>
/// Hands the files of a generation on to another node. They are read on threads that give way to decisions, and only so many callers are served at once.
/// </summary>
public sealed class GenerationHandout(GenerationRegistry generations, TransferOptions options)
{
    // Often enough for whoever waits to know that this node works.
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);
    private int _busy;

    /// <summary>Generations that are being handed on now.</summary>
    public int Busy => Volatile.Read(ref _busy);

    /// <summary>Answers FetchGeneration.</summary>
    /// <exception cref="RpcException">Refused, as the contract says.</exception>
    public async Task Send(FetchGenerationRequest request, IServerStreamWriter<FetchGenerationResponse> responses, CancellationToken cancellation)
    {
        Ids.Require(request.GenerationId, "generation_id");
        if (request.Held.DistinctBy(file => file.Name).Count() != request.Held.Count)
        {
            throw Errors.InvalidArgument("held", "names a file twice");
        }

        if (request.Shards.Count > 0 && (request.ShardCount is < 1 or > ShardSet.Most || request.Shards.Any(shard => shard < 0 || shard >= request.ShardCount)))
        {
            throw Errors.InvalidArgument("shards", $"names a shard that is not from 0 to shard_count - 1, and that is from 1 to {ShardSet.Most}");
        }

        try
        {
            if (Interlocked.Increment(ref _busy) > options.AtOnce)
            {
                throw Errors.ResourceExhausted($"{options.AtOnce} generations are being handed on already; ask another node, or again later", options.RetryAfter);
            }

            await SendFiles(request, responses, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _busy);
        }
    }

    private async Task SendFiles(FetchGenerationRequest request, IServerStreamWriter<FetchGenerationResponse> responses, CancellationToken cancellation)
    {
        using var reading = new SideThread();
        using ShardExtract? extract = request.Shards.Count == 0 ? null : await Extract(request, responses, reading, cancellation);
        Store.GenerationFiles source = extract?.Files ?? await reading.Run(() => GenerationErrors.Translate(() => generations.Files(request.GenerationId)));
        if (request.ContentHash.Length > 0 && request.ContentHash != source.ContentHash)
        {
            throw Errors.FailedPrecondition($"generation '{source.Id}' is of content {source.ContentHash} here, not {request.ContentHash}");
        }

        var list = new V1.GenerationFiles { ContentHash = source.ContentHash };
        list.Files.AddRange(source.Files.Select(file => new GenerationFile { Name = file.Name, Length = file.Length }));
        await responses.WriteAsync(new FetchGenerationResponse { Files = list }, cancellation);

        // The next part is read while one is sent.
        using GenerationFileCursor cursor = source.Read(request.Held.Select(file => new TransferFile(file.Name, file.Length)));
        Task<TransferChunk?> next = Read();
        try
        {
            while (await next is { } chunk)
            {
                next = Read();
                await responses.WriteAsync(new FetchGenerationResponse { Chunk = ToProto(chunk) }, cancellation);
            }
        }
        finally
        {
            // The cursor must not be closed under the reader.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        Task<TransferChunk?> Read() => reading.Run(() => GenerationErrors.Translate(() => cursor.TryRead(out TransferChunk chunk) ? chunk : (TransferChunk?)null));
    }

    // Whoever asked must not take this node for dead meanwhile: a message without content is passed over.
    private async Task<ShardExtract> Extract(
        FetchGenerationRequest request, IServerStreamWriter<FetchGenerationResponse> responses, SideThread reading, CancellationToken cancellation)
    {
        var shards = new ShardSet(request.ShardCount, request.Shards);
        Task<ShardExtract> making = reading.Run(() => GenerationErrors.Translate(() => generations.Extract(request.GenerationId, shards, cancellation)));
        try
        {
            while (await Task.WhenAny(making, Task.Delay(SignOfLife, cancellation)) != making)
            {
                await responses.WriteAsync(new FetchGenerationResponse(), cancellation);
            }
        }
        catch (Exception)
        {
            await ((Task)making).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            (making.IsCompletedSuccessfully ? await making : null)?.Dispose();
            throw;
        }

        return await making;
    }

    private static FileChunk ToProto(in TransferChunk chunk) => new()
    {
        Name = chunk.Name,
        Offset = chunk.Offset,
        Data = UnsafeByteOperations.UnsafeWrap(chunk.Data),
        Crc32C = chunk.Crc,
    };
}
