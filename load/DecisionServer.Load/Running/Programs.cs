using System.Diagnostics;

namespace DecisionServer.Load.Running;

/// <summary>Starts programs of this repository.</summary>
internal static class Programs
{
    /// <summary>Starts one with its output read line by line.</summary>
    public static Process Start(string dll, IEnumerable<string> arguments, Action<string> onLine)
    {
        var start = new ProcessStartInfo("dotnet", [dll, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Take(line.Data, onLine);
        process.ErrorDataReceived += (_, line) => Take(line.Data, onLine);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Runs one to its end.</summary>
    /// <exception cref="InvalidOperationException">It did not end with 0.</exception>
    public static async Task Run(string dll, IEnumerable<string> arguments)
    {
        var lines = new List<string>();
        using Process process = Start(dll, arguments, line =>
        {
            lock (lines)
                lines.Add(line);
        });
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Path.GetFileName(dll)} ended with {process.ExitCode}:\n{string.Join('\n', lines.TakeLast(20))}");
    }

    private static void Take(string? line, Action<string> onLine)
    {
        if (line is not null)
            onLine(line);
    }
}
