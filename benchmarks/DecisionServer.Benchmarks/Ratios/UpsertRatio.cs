using System.Diagnostics;
using System.Globalization;

namespace DecisionServer.Benchmarks;

/// <summary><c>ratio upserts</c>: how fast FASTER alone takes in the records that a load brought, on one thread and on two.</summary>
internal static class UpsertRatio
{
    public static int Run(string folder, int rounds, TextWriter output)
    {
        var records = PackedRecords.Read(folder);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var threads in (int[])[1, 2])
            {
                var name = threads == 1 ? "upsert-rate-1" : "upsert-rate";
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{records.Count / Seconds(records, threads):0}"));
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"record-bytes\t{(double)records.Bytes / records.Count:0.0}"));
        return 0;
    }

    private static double Seconds(PackedRecords records, int threads)
    {
        using var store = new PlainFaster(records.Count, records.Bytes + (32L * records.Count));
        using var start = new Barrier(threads + 1);
        var share = (records.Count + threads - 1) / threads;
        var workers = Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            using var session = store.Open();
            start.SignalAndWait();
            for (var i = thread * share; i < Math.Min(records.Count, (thread + 1) * share); i++) session.Upsert(records.Key(i), records.Record(i));
        })).ToArray();
        foreach (var worker in workers) worker.Start();
        start.SignalAndWait();
        var begun = Stopwatch.GetTimestamp();
        foreach (var worker in workers) worker.Join();
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
