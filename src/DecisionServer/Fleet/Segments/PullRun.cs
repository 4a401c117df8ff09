using DecisionServer.Store;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Fleet.Segments;

/// <summary>One pull of one generation: rounds over the nodes that may have it, until all files are here.</summary>
internal sealed class PullRun(StagedGeneration staged, string contentHash, ShardSet? shards, SideThread disk, TransferOptions options, PeerChannels channels, ILogger logger)
{
    // So often a node may send something damaged: a cable may err, a disk does so again and again.
    private const int DamageAllowed = 3;

    private readonly Dictionary<Uri, string> _answers = [];
    private readonly Dictionary<Uri, int> _damages = [];
    private readonly HashSet<Uri> _asked = [];
    private string _share = "";

    /// <summary>What each node said last.</summary>
    public string Answers => (_answers.Count, _share.Length) switch
    {
        (0, 0) => "there is no node that has it",
        _ => string.Join("; ", _answers.Select(answer => $"{answer.Key}: {answer.Value}").Append(_share).Where(answer => answer.Length > 0)),
    };

    /// <summary>Whether every node asked has sent damaged files as often as is borne.</summary>
    public bool AllGaveDamage => _asked.Count > 0 && _asked.All(IsTainted);

    /// <summary>Whether a node refused the content that has begun to come.</summary>
    public bool ContentRefused { get; private set; }

    /// <summary>Takes what the shared directory has. True: all of it.</summary>
    public async Task<bool> TakeShared()
    {
        // Whole generations lie there.
        if (options.SharedDirectory.Length == 0 || shards is not null)
        {
            return false;
        }

        try
        {
            bool found = await disk.Run(() => new SharedGenerations(options.SharedDirectory).TryTake(staged, contentHash));
            _share = found ? "" : $"{options.SharedDirectory}: does not hold it";
            return found;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or GenerationException { Error: GenerationError.Damaged })
        {
            // The nodes have it, too.
            _share = fault.Message;
            Log.ShareFailed(logger, staged.Id, fault.Message);
            return false;
        }
    }

    /// <summary>Asks one node after the other, beginning with any of them. True: all is here.</summary>
    public async Task<bool> Round(IReadOnlyList<Uri> peers, CancellationToken cancellation)
    {
        int first = peers.Count == 0 ? 0 : Random.Shared.Next(peers.Count);
        ContentRefused = false;
        _asked.Clear();
        for (int i = 0; i < peers.Count; i++)
        {
            Uri peer = peers[(first + i) % peers.Count];
            _asked.Add(peer);
            if (IsTainted(peer))
            {
                continue;
            }

            try
            {
                await FetchFrom(peer, cancellation);
                if (await disk.Run(() => staged.IsComplete))
                {
                    return true;
                }

                _answers[peer] = "ended before all files had come";
            }
            catch (RpcException refusal) when (!cancellation.IsCancellationRequested)
            {
                ContentRefused |= refusal.StatusCode == StatusCode.FailedPrecondition;
                _answers[peer] = refusal.StatusCode == StatusCode.Cancelled ? $"was silent for {options.Silence.TotalSeconds} s" : $"{refusal.StatusCode}: {refusal.Status.Detail}";
            }
            catch (RpcException)
            {
                // Told to stop: the call says so in its own words.
                cancellation.ThrowIfCancellationRequested();
                throw;
            }
            catch (GenerationException fault) when (fault.Error == GenerationError.Damaged)
            {
                _answers[peer] = fault.Message;
                _damages[peer] = _damages.GetValueOrDefault(peer) + 1;
                Log.DamagedFromPeer(logger, staged.Id, peer, fault.Message);
            }
        }

        cancellation.ThrowIfCancellationRequested();
        return false;
    }

    private bool IsTainted(Uri peer) => _damages.GetValueOrDefault(peer) >= DamageAllowed;

    private async Task FetchFrom(Uri peer, CancellationToken cancellation)
    {
        var request = await disk.Run(Request);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(options.Silence);
        using AsyncServerStreamingCall<FetchGenerationResponse> call =
            new FleetService.FleetServiceClient(channels.To(peer)).FetchGeneration(request, cancellationToken: silence.Token);
        while (await call.ResponseStream.MoveNext(silence.Token))
        {
            FetchGenerationResponse response = call.ResponseStream.Current;
            await disk.Run(() => Take(response));
            silence.CancelAfter(options.Silence);
        }
    }

    private FetchGenerationRequest Request()
    {
        var request = new FetchGenerationRequest { GenerationId = staged.Id, ContentHash = contentHash.Length > 0 ? contentHash : staged.ContentHash };
        if (shards is not null)
        {
            request.ShardCount = shards.Count;
            request.Shards.AddRange(shards.Held);
        }

        request.Held.AddRange(staged.Held.Select(file => new GenerationFile { Name = file.Name, Length = file.Length }));
        return request;
    }

    private bool Take(FetchGenerationResponse response)
    {
        switch (response.ContentCase)
        {
            case FetchGenerationResponse.ContentOneofCase.Files:
                staged.Begin(response.Files.ContentHash, [.. response.Files.Files.Select(file => new TransferFile(file.Name, file.Length))]);
                break;
            case FetchGenerationResponse.ContentOneofCase.Chunk:
                FileChunk chunk = response.Chunk;
                staged.Write(new TransferChunk(chunk.Name, chunk.Offset, chunk.Data.Memory, chunk.Crc32C));
                break;
        }

        return true;
    }
}
