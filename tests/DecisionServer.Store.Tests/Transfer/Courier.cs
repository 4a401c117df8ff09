using DecisionServer.Store.Tests.Generations;

namespace DecisionServer.Store.Tests.Transfer;

/// <summary>Carries generations from one registry to another, as nodes do over the network.</summary>
internal static class Courier
{
    public static StoreOptions Options(RegistryFixture node) => new() { Directory = node.Directory };

    public static StagedGeneration Stage(RegistryFixture to, string id) => StagedGeneration.Open(Options(to), id);

    /// <summary>Hands on what is not held, at most so many parts, each as <paramref name="change"/> makes it. Small parts: 4 KiB.</summary>
    public static void Carry(RegistryFixture from, StagedGeneration into, int most = int.MaxValue, Func<TransferChunk, TransferChunk>? change = null) =>
        Carry(from.Registry.Files(into.Id), into, most, change);

    /// <summary>The same of files that are at hand.</summary>
    public static void Carry(GenerationFiles files, StagedGeneration into, int most = int.MaxValue, Func<TransferChunk, TransferChunk>? change = null)
    {
        into.Begin(files.ContentHash, files.Files);
        using GenerationFileCursor cursor = files.Read(into.Held);
        while (cursor.TryRead(out TransferChunk chunk))
        {
            foreach (TransferChunk part in Parts(chunk))
            {
                if (most-- == 0)
                {
                    return;
                }

                into.Write(change is null ? part : change(part));
            }
        }
    }

    /// <summary>Brings some shards of a generation.</summary>
    public static GenerationInfo Bring(RegistryFixture from, RegistryFixture to, string id, ShardSet shards)
    {
        using StagedGeneration staged = Stage(to, id);
        using (ShardExtract extract = from.Registry.Extract(id, shards, CancellationToken.None))
        {
            Carry(extract.Files, staged);
        }

        Assert.True(staged.IsComplete);
        return to.Registry.Import(staged);
    }

    public static GenerationInfo Bring(RegistryFixture from, RegistryFixture to, string id)
    {
        using StagedGeneration staged = Stage(to, id);
        Carry(from, staged);
        Assert.True(staged.IsComplete);
        return to.Registry.Import(staged);
    }

    private static IEnumerable<TransferChunk> Parts(TransferChunk chunk)
    {
        for (int at = 0; at < chunk.Data.Length; at += 4096)
        {
            ReadOnlyMemory<byte> data = chunk.Data.Slice(at, Math.Min(4096, chunk.Data.Length - at));
            yield return new TransferChunk(chunk.Name, chunk.Offset + at, data, Crc32C.Compute(data.Span));
        }
    }
}
