using DecisionServer.Options;
using DecisionServer.Tests.Processes;

namespace DecisionServer.Tests.Options;

public sealed class OptionsLoaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void TryLoad_Nothing_DefaultsOfTheContract()
    {
        ServerOptions options = Load();

        Assert.Equal("http://127.0.0.1:7070/", options.Listen.Grpc.AbsoluteUri);
        Assert.Equal("http://127.0.0.1:7080/", options.Listen.Http.AbsoluteUri);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Listen.Drain);
        Assert.Equal(4 * 1024 * 1024, options.Limits.MessageBytes);
        Assert.Equal(Environment.MachineName, options.NodeName);
        Assert.Null(options.ClockNow);
        Assert.False(options.Listen.AllowInsecure);
    }

    [Fact]
    public void TryLoad_CommandLineAndFile_CommandLineWins()
    {
        File.WriteAllText(_directory.File("appsettings.json"), """{"Listen":{"DrainSeconds":3,"Grpc":"http://127.0.0.1:1"}}""");

        ServerOptions options = Load("--Listen:Grpc=http://127.0.0.1:2");

        Assert.Equal(2, options.Listen.Grpc.Port);
        Assert.Equal(TimeSpan.FromSeconds(3), options.Listen.Drain);
    }

    [Theory]
    [InlineData("--Listen:DrainSecond=3", "Listen:DrainSecond: there is no such option; did you mean Listen:DrainSeconds?")]
    [InlineData("--listen:grcp=http://127.0.0.1:1", "listen:grcp: there is no such option; did you mean Listen:Grpc?")]
    [InlineData("--urls=http://0.0.0.0:80", "urls: there is no such option")]
    [InlineData("Listen:DrainSeconds=3", "argument \"Listen:DrainSeconds=3\": is not of the form --Section:Name=value")]
    [InlineData("--Listen:DrainSeconds", "argument \"--Listen:DrainSeconds\": is not of the form --Section:Name=value")]
    [InlineData("--=3", "argument \"--=3\": is not of the form --Section:Name=value")]
    [InlineData("--Listen:DrainSeconds=soon", "Listen:DrainSeconds: \"soon\" is not a number of seconds from 0 to 3600")]
    [InlineData("--Listen:DrainSeconds=-1", "Listen:DrainSeconds: \"-1\" is not a number of seconds from 0 to 3600")]
    [InlineData("--Listen:DrainSeconds=NaN", "Listen:DrainSeconds: \"NaN\" is not a number of seconds from 0 to 3600")]
    [InlineData("--Limits:ConcurrentCalls=0", "Limits:ConcurrentCalls: \"0\" is not a whole number from 1 to 1000000")]
    [InlineData("--Limits:ConcurrentCalls=1e3", "Limits:ConcurrentCalls: \"1e3\" is not a whole number from 1 to 1000000")]
    [InlineData("--Listen:AllowInsecure=yes", "Listen:AllowInsecure: \"yes\" is neither true nor false")]
    [InlineData("--Listen:Grpc=127.0.0.1:7070", "Listen:Grpc: \"127.0.0.1:7070\" is not an address of the form http://host:port or https://host:port")]
    [InlineData("--Listen:Grpc=http://db.example:7070", "Listen:Grpc: \"db.example\" is neither an IP address nor localhost; 0.0.0.0 means every IPv4 address of this machine")]
    [InlineData("--Listen:Grpc=http://127.0.0.1:7070/api", "Listen:Grpc: \"http://127.0.0.1:7070/api\" holds more than scheme, address and port")]
    [InlineData("--Listen:Grpc=http://127.0.0.1:7080", "Listen:Http: has the same port 7080 as Listen:Grpc; give each a port of its own")]
    [InlineData("--Listen:Grpc=https://127.0.0.1:7070", "Listen:CertificateFile: is needed for https; give a PEM or PKCS #12 file")]
    [InlineData("--Clock:Now=2017-08-27", "Clock:Now: \"2017-08-27\" is not an instant of RFC 3339, for example 2017-08-27T00:00:00Z")]
    [InlineData("--Fanout:Redis=cache:6379", "Fanout:Redis: carries news between nodes that share their truth; set Journal:Postgres, too, or leave it empty")]
    [InlineData("--Journal:Postgres=Host=127.0.0.1;Port=99999;Password=secret", "Journal:Postgres: the connection string's Port is 99999; 1 to 65535 are possible")]
    [InlineData("--Fleet:LeaseSeconds=0", "Fleet:LeaseSeconds: \"0\" is not a number of seconds from 0.2 to 600")]
    [InlineData("--Node:Address=db:7070", "Node:Address: \"db:7070\" is not an address of the form http://host:port or https://host:port")]
    [InlineData("--Log:Level=Info", "Log:Level: \"Info\" is none of Trace, Debug, Information, Warning, Error, Critical")]
    [InlineData("--Otlp:Protocol=http", "Otlp:Protocol: \"http\" is none of http/protobuf, grpc")]
    [InlineData("--Otlp:Endpoint=http://127.0.0.1:4318/v1/metrics", "Otlp:Endpoint: \"http://127.0.0.1:4318/v1/metrics\" must not hold the path of the signal; leave out /v1/metrics")]
    [InlineData("--Node:Name=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Node:Name: is 65 bytes long, at most 64 are allowed")]
    [InlineData("--Data:Directory=/proc/none", "Data:Directory: \"/proc/none\" cannot be written:")]
    public void TryLoad_OneFault_ErrorSaysWhereWhatAndRemedy(string argument, string error)
    {
        string found = Assert.Single(Errors(argument));

        Assert.StartsWith(error, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Fleet:NoticeSeconds=2", "Fleet:NoticeSeconds: must be longer than Fleet:LeaseSeconds (2) by 0.5 at least")]
    [InlineData("--Fleet:SilenceSeconds=1.5", "Fleet:LeaseSeconds: must be at least Fleet:SilenceSeconds and two of Fleet:HeartbeatSeconds, or decisions wait whenever truth is slow once")]
    [InlineData("--Fleet:LostSeconds=2", "Fleet:LostSeconds: must be longer than Fleet:LeaseSeconds (2) and a heartbeat, or a node is given up while it answers")]
    [InlineData("--Clock:Now=2017-08-27T00:00:00Z", "Clock:Now: cannot be fixed where nodes agree on instants; leave it empty, or leave Journal:Postgres empty")]
    public void TryLoad_TimesOfAFleetThatDoNotFit_Refused(string argument, string error) =>
        Assert.Equal(error, Assert.Single(Errors("--Journal:Postgres=Host=127.0.0.1;Database=ds", argument)));

    [Theory]
    [InlineData("http://0.0.0.0:7070", "TLS and authentication")]
    [InlineData("http://[::]:7070", "TLS and authentication")]
    [InlineData("http://10.0.0.1:7070", "TLS and authentication")]
    public void TryLoad_OpenToOtherMachines_RefusedUnlessAllowed(string address, string missing)
    {
        string error = Assert.Single(Errors($"--Listen:Grpc={address}"));

        Assert.Contains(missing, error, StringComparison.Ordinal);
        Assert.Contains("Listen:AllowInsecure=true", error, StringComparison.Ordinal);
        Assert.True(Load($"--Listen:Grpc={address}", "--Listen:AllowInsecure=true").Listen.AllowInsecure);
    }

    [Theory]
    [InlineData("http://127.0.0.1:7070")]
    [InlineData("http://127.1.2.3:7070")]
    [InlineData("http://localhost:7070")]
    [InlineData("http://[::1]:7070")]
    public void TryLoad_Loopback_Allowed(string address) => Assert.Equal(7070, Load($"--Listen:Grpc={address}").Listen.Grpc.Port);

    [Fact]
    public void TryLoad_ManyFaults_EachIsListed()
    {
        IReadOnlyList<string> errors = Errors("--Listen:Grcp=x", "--Limits:MessageBytes=1", "--Fanout:Redis=r", "nonsense", "--Clock:Now=now");

        Assert.Equal(5, errors.Count);
    }

    [Fact]
    public void TryLoad_OptionGivenTwice_Error() =>
        Assert.Equal("argument \"--node:name\": is given twice", Assert.Single(Errors("--Node:Name=a", "--node:name=b")));

    [Fact]
    public void TryLoad_FileIsNoJson_ErrorNamesTheFile()
    {
        File.WriteAllText(_directory.File("appsettings.json"), "{ \"Listen\": ");

        Assert.StartsWith(_directory.File("appsettings.json") + ": ", Assert.Single(Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void TryLoad_UnknownOptionInFile_OursIsAnErrorTheirsIsNot()
    {
        File.WriteAllText(_directory.File("appsettings.json"), """{"Limits":{"Calls":3},"Somebody":{"Elses":1}}""");

        Assert.StartsWith("Limits:Calls: there is no such option", Assert.Single(Errors()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2017-08-27T10:11:12Z", "2017-08-27T10:11:12.0000000+00:00")]
    [InlineData("2017-08-27T10:11:12.5+02:00", "2017-08-27T10:11:12.5000000+02:00")]
    public void TryLoad_FixedClock_IsRead(string text, string expected) =>
        Assert.Equal(expected, Load($"--Clock:Now={text}").ClockNow!.Value.ToString("O"));

    [Fact]
    public void TryLoad_CertificateThatIsNone_ErrorNamesTheFile()
    {
        File.WriteAllText(_directory.File("cert.pem"), "no certificate");

        string error = Assert.Single(Errors("--Listen:Grpc=https://127.0.0.1:7070", $"--Listen:CertificateFile={_directory.File("cert.pem")}"));

        Assert.StartsWith($"Listen:CertificateFile: \"{_directory.File("cert.pem")}\" cannot be used: ", error, StringComparison.Ordinal);
    }

    private ServerOptions Load(params string[] arguments)
    {
        Assert.True(OptionsLoader.TryLoad(WithData(arguments), _directory.Path, out ServerOptions options, out IReadOnlyList<string> errors), string.Join('\n', errors));
        return options;
    }

    private IReadOnlyList<string> Errors(params string[] arguments)
    {
        Assert.False(OptionsLoader.TryLoad(WithData(arguments), _directory.Path, out _, out IReadOnlyList<string> errors));
        return errors;
    }

    private string[] WithData(string[] arguments) =>
        arguments.Any(argument => argument.StartsWith("--Data:", StringComparison.Ordinal)) ? arguments : [.. arguments, $"--Data:Directory={_directory.Path}"];
}
