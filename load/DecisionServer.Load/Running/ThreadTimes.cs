using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Load.Running;

/// <summary>What the threads of a process did since the look before.</summary>
/// <param name="NoCoreMs">How long one of them was ready to run and had no core; the one that waited longest.</param>
/// <param name="Thread">Its name.</param>
/// <param name="CollectorMs">How long a thread of the garbage collector ran, or was ready to; the longest.</param>
internal readonly record struct ThreadLook(double NoCoreMs, string Thread, double CollectorMs);

/// <summary>
/// Looks at the threads of a process from outside, without a word to it: <c>/proc/PID/task/TID/schedstat</c> says how long each ran and how long it was
/// ready to and had no core. Cheap enough for ten looks a second beside a measurement: files stay open.
/// </summary>
/// <param name="process">Its id.</param>
/// <param name="only">Threads whose names begin so; the collector's are looked at in any case.</param>
internal sealed class ThreadTimes(int process, string only = "") : IDisposable
{
    private const string Collector = ".NET Server GC";
    private const int LooksOfAList = 20;
    private readonly Dictionary<string, Watched> _threads = new(StringComparer.Ordinal);
    private readonly byte[] _text = new byte[128];
    private int _looks;

    /// <summary>Looks. The first look at a thread only remembers.</summary>
    public ThreadLook Look()
    {
        if (_looks++ % LooksOfAList == 0)
            List();
        double noCore = 0, collector = 0;
        string name = "";
        foreach (Watched each in _threads.Values)
        {
            (double ran, double waited) = each.Since(_text);
            if (each.Name.StartsWith(Collector, StringComparison.Ordinal))
                collector = Math.Max(collector, ran + waited);
            else if (waited > noCore)
                (noCore, name) = (waited, each.Name);
        }

        return new ThreadLook(noCore, name, collector);
    }

    public void Dispose()
    {
        foreach (Watched each in _threads.Values)
            each.Dispose();
    }

    private void List()
    {
        foreach (string thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            if (_threads.ContainsKey(thread))
                continue;
            try
            {
                string name = File.ReadAllText(thread + "/comm").Trim();
                if (name.StartsWith(only, StringComparison.Ordinal) || name.StartsWith(Collector, StringComparison.Ordinal))
                    _threads.Add(thread, new Watched(name, File.OpenHandle(thread + "/schedstat")));
            }
            catch (IOException)
            {
                // It has ended.
            }
        }
    }

    private sealed class Watched(string name, SafeFileHandle file) : IDisposable
    {
        private bool _known;
        private long _ran;
        private long _waited;

        public string Name => name;

        /// <summary>Milliseconds since the look before.</summary>
        public (double Ran, double Waited) Since(byte[] text)
        {
            int length;
            try
            {
                length = RandomAccess.Read(file, text, 0);
            }
            catch (IOException)
            {
                return default; // It has ended.
            }

            ReadOnlySpan<byte> fields = text.AsSpan(0, length);
            int space = fields.IndexOf((byte)' ');
            int second = space < 0 ? -1 : fields[(space + 1)..].IndexOf((byte)' ');
            if (second < 0)
                return default;
            long ran = long.Parse(fields[..space], CultureInfo.InvariantCulture);
            long waited = long.Parse(fields.Slice(space + 1, second), CultureInfo.InvariantCulture);
            (double, double) since = _known ? ((ran - _ran) / 1e6, (waited - _waited) / 1e6) : default;
            (_known, _ran, _waited) = (true, ran, waited);
            return since;
        }

        public void Dispose() => file.Dispose();
    }
}
