namespace DecisionServer.Options.Rules;

/// <summary>The data directory must be there, or be made, and be writable: better known at start than at the first load.</summary>
internal sealed class DataDirectoryRule : IOptionRule
{
    public ServerOptions Apply(ServerOptions options, ICollection<string> errors)
    {
        try
        {
            Directory.CreateDirectory(options.DataDirectory);
            string probe = Path.Combine(options.DataDirectory, $".probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"Data:Directory: \"{options.DataDirectory}\" cannot be written: {e.Message}");
        }

        return options;
    }
}
