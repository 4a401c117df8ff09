namespace DecisionServer.Store;

/// <summary>
/// A directory that all nodes reach, through which generations travel instead of over the network: a folder for each, complete or not there.
/// </summary>
/// <param name="directory">The directory; made where it is missing.</param>
public sealed class SharedGenerations(string directory)
{
    private const string OfferPrefix = "offering-";

    /// <summary>Puts a generation there, unless it is there already. Segments get a second name where the file system can, everything else is copied.</summary>
    /// <exception cref="IOException">The disk is full or failed, or a file has gone.</exception>
    public void Offer(GenerationFiles files)
    {
        GenerationFolder folder = GenerationFolder.Of(directory, files.Id);
        if (Directory.Exists(folder.Path))
        {
            if (folder.TryRead(out Manifest there, out _) && there.ContentHash == files.ContentHash)
            {
                return;
            }

            // Left behind by a generation that had this id before.
            folder.Delete();
        }

        string offering = Path.Combine(directory, OfferPrefix + Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(offering);
        try
        {
            foreach (TransferFile file in files.Files)
            {
                Put(file.Name, files.PathOf(file.Name), Path.Combine(offering, file.Name));
            }

            DurableFile.SyncDirectory(offering);
            Directory.Move(offering, folder.Path);
            DurableFile.SyncDirectory(directory);
        }
        catch (IOException) when (Directory.Exists(folder.Path))
        {
            // Another node was first.
        }
        finally
        {
            if (Directory.Exists(offering))
            {
                Directory.Delete(offering, recursive: true);
            }
        }
    }

    /// <summary>Takes a generation from there; false: it is not there, or not with the content that is wanted.</summary>
    /// <param name="into">What it becomes.</param>
    /// <param name="contentHash">The content that is wanted; empty: whatever is there.</param>
    /// <exception cref="GenerationException">It is damaged, or not the content that has begun to come; what is good stays.</exception>
    /// <exception cref="IOException">A disk is full or failed.</exception>
    public bool TryTake(StagedGeneration into, string contentHash = "")
    {
        GenerationFolder folder = GenerationFolder.Of(directory, into.Id);
        if (!Directory.Exists(folder.Path))
        {
            return false;
        }

        if (!folder.TryRead(out Manifest manifest, out string fault))
        {
            throw new GenerationException(GenerationError.Damaged, fault);
        }

        if (contentHash.Length > 0 && manifest.ContentHash != contentHash)
        {
            return false;
        }

        var files = new GenerationFiles(folder, manifest);
        into.Begin(files.ContentHash, files.Files);
        foreach (TransferFile file in files.Files)
        {
            string path = folder.File(file.Name);
            if (!File.Exists(path))
            {
                throw new GenerationException(GenerationError.Damaged, $"{path}: is missing");
            }

            into.Take(file.Name, path);
        }

        return true;
    }

    /// <summary>Removes a generation from there, once nobody needs it any more.</summary>
    public void Remove(string id) => GenerationFolder.Of(directory, id).Delete();

    private static void Put(string name, string from, string to)
    {
        if (SegmentFile.IsName(name) && HardLink.TryMake(from, to))
        {
            return;
        }

        File.Copy(from, to);
        using var copy = new FileStream(to, FileMode.Open, FileAccess.Write);
        copy.Flush(flushToDisk: true);
    }
}
