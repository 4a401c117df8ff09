namespace DecisionServer.Store;

/// <summary>Finds generations on disk at start, without reading their segments.</summary>
internal static class GenerationScan
{
    public static IEnumerable<GenerationSlot> Find(string root)
    {
        foreach (string path in Directory.EnumerateDirectories(root, GenerationFolder.Prefix + "*").Order(StringComparer.Ordinal))
        {
            yield return Read(GenerationFolder.At(path));
        }
    }

    private static GenerationSlot Read(GenerationFolder folder)
    {
        bool hasLoad = folder.TryRead(out LoadManifest load, out string loadFault);
        var slot = new GenerationSlot(folder, hasLoad ? load : null);
        if (!File.Exists(folder.File(Manifest.FileName)))
        {
            return hasLoad ? slot : Failed(loadFault);
        }

        if (!folder.TryRead(out Manifest manifest, out string fault))
        {
            return Failed(fault);
        }

        slot.Manifest = manifest;
        slot.State = manifest.Passed ? GenerationState.Sealed : GenerationState.Failed;
        slot.Failure = manifest.Passed ? "" : Sealing.DescribeFailure(manifest);
        return slot;

        GenerationSlot Failed(string why)
        {
            (slot.State, slot.Failure) = (GenerationState.Failed, why);
            return slot;
        }
    }
}
