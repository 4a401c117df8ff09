using DecisionServer.Options.Rules;

namespace DecisionServer.Options;

/// <summary>Reads the options from appsettings.json, the environment (<c>Listen__Grpc</c>) and the command line, the later winning.</summary>
internal static class OptionsLoader
{
    private static readonly IOptionRule[] Rules =
    [
        new AddressRule(), new InsecureListenRule(), new CertificateRule(), new FleetRule(), new NodeNameRule(),
        new DataDirectoryRule(), new OtlpRule(),
    ];

    /// <summary>The options, or every error there is, never only the first.</summary>
    public static bool TryLoad(IReadOnlyList<string> arguments, string settingsDirectory, out ServerOptions options, out IReadOnlyList<string> errors)
    {
        var found = new List<string>();
        IReadOnlyDictionary<string, string?> typed = CommandLine.Parse(arguments, found);
        IConfiguration configuration = Configure(typed, settingsDirectory, found);
        var reader = new OptionReader(configuration, found);
        options = OptionReading.Read(reader);
        UnknownOptions.Check(configuration, typed, reader.Known, found);
        foreach (IOptionRule rule in Rules)
            options = rule.Apply(options, found);
        errors = found;
        return found.Count == 0;
    }

    private static IConfiguration Configure(IReadOnlyDictionary<string, string?> typed, string settingsDirectory, List<string> errors)
    {
        try
        {
            return Build(typed, builder => builder.SetBasePath(settingsDirectory).AddJsonFile("appsettings.json", optional: true));
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException)
        {
            errors.Add($"{Path.Combine(settingsDirectory, "appsettings.json")}: {e.InnerException?.Message ?? e.Message}");
            return Build(typed, static _ => { });
        }
    }

    private static IConfigurationRoot Build(IReadOnlyDictionary<string, string?> typed, Action<IConfigurationBuilder> addFile)
    {
        var builder = new ConfigurationBuilder();
        addFile(builder);
        return builder.AddEnvironmentVariables().AddInMemoryCollection(typed).Build();
    }
}
