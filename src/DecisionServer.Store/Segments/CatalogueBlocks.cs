namespace DecisionServer.Store;

/// <summary>Writes a catalogue into segment files, before any sets.</summary>
internal static class CatalogueBlocks
{
    private const int ItemsInBlock = 50_000;

    /// <summary>Writes it, with its end. An offer's index is its place.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public static void Write(SegmentWriter segments, IReadOnlyList<OfferConfig> offers)
    {
        // Blocks of about a megabyte: offers with many items are large.
        var batch = new List<OfferConfig>();
        int items = 0;
        foreach (OfferConfig offer in offers)
        {
            batch.Add(offer);
            items += offer.ItemIds.Count + 20;
            if (items > ItemsInBlock)
            {
                Flush();
            }
        }

        Flush();
        segments.Append(BlockKind.OffersEnd, 0, (ulong)offers.Count, 0, 0, new byte[BlockHeader.Bytes]);

        void Flush()
        {
            if (batch.Count > 0)
            {
                segments.Append(BlockKind.Offers, 0, 0, batch.Count, 0, (byte[])[.. new byte[BlockHeader.Bytes], .. OfferJson.Write(batch)]);
                batch.Clear();
                items = 0;
            }
        }
    }
}
