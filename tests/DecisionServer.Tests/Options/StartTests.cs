using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace DecisionServer.Tests.Options;

public sealed class StartTests
{
    [Fact]
    public async Task Start_FaultyOptions_AllListedAndExitCode2()
    {
        using RunningProgram program = RunningProgram.Start("dotnet", [Repository.ServerDll, "--Listen:Grcp=x", "--Listen:Http=http://0.0.0.0:1", "--Fanout:Redis=r"]);

        int exitCode = await program.Exit();

        Assert.Equal(2, exitCode);
        Assert.Equal("The server cannot start, 3 of its options are at fault:", program.Errors.First());
        Assert.Contains(program.Errors, line => line.Contains("did you mean Listen:Grpc?", StringComparison.Ordinal));
        Assert.Contains(program.Errors, line => line.Contains("Listen:Http: http://0.0.0.0:1 is open to other machines", StringComparison.Ordinal));
        Assert.Contains(program.Errors, line => line.Contains("Fanout:Redis: carries news", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_OptionInEnvironment_IsRead()
    {
        using RunningProgram program = RunningProgram.Start(
            "dotnet", [Repository.ServerDll], environment: new Dictionary<string, string> { ["Fanout__Redis"] = "secret@host" });

        Assert.Equal(2, await program.Exit());
        Assert.DoesNotContain("secret", program.Everything, StringComparison.Ordinal);
        Assert.Contains("Fanout:Redis: carries news", program.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SecondServerOnDirectory_RefusedByName()
    {
        await using ServerProcess server = await ServerProcess.Start();

        using RunningProgram second = RunningProgram.Start(
            "dotnet",
            [Repository.ServerDll, "--Listen:Grpc=http://127.0.0.1:0", "--Listen:Http=http://127.0.0.1:0", $"--Data:Directory={server.DataDirectory}"]);

        Assert.Equal(1, await second.Exit());
        Assert.Contains("is in use by another server", second.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortTaken_SaysSoAndExitCode1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var directory = new TemporaryDirectory();

        using RunningProgram program = RunningProgram.Start(
            "dotnet",
            [Repository.ServerDll, $"--Listen:Grpc=http://{taken.LocalEndpoint}", "--Listen:Http=http://127.0.0.1:0", $"--Data:Directory={directory.Path}"]);

        Assert.Equal(1, await program.Exit());
        Assert.Contains("address already in use", program.Everything, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Start_FixedClock_WarnsOfIt()
    {
        await using ServerProcess server = await ServerProcess.Start("Clock:Now=2017-08-27T00:00:00Z");

        await Eventually.True(
            () => server.Program.Output.Any(line => line.Contains("warn: ", StringComparison.Ordinal) && line.Contains("Clock:Now is set", StringComparison.Ordinal)),
            "a warning of the fixed clock");
    }

    [Fact]
    public async Task Start_JsonLog_EveryLineIsJson()
    {
        await using ServerProcess server = await ServerProcess.Start("Log:Format=json");

        Assert.Equal(0, await server.Stop());

        Assert.NotEmpty(server.Program.Output);
        Assert.All(server.Program.Output, line => System.Text.Json.JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public async Task Start_Https_AnswersOverTls()
    {
        using var directory = new TemporaryDirectory();
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await File.WriteAllTextAsync(directory.File("cert.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(directory.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        using RunningProgram program = RunningProgram.Start(
            "dotnet",
            [
                Repository.ServerDll, "--Listen:Grpc=https://127.0.0.1:0", "--Listen:Http=http://127.0.0.1:0", $"--Data:Directory={directory.File("data")}",
                $"--Listen:CertificateFile={directory.File("cert.pem")}", $"--Listen:CertificateKeyFile={directory.File("key.pem")}",
            ]);
        string? line = null;
        await Eventually.True(() => (line = program.Output.FirstOrDefault(each => each.Contains("Listening", StringComparison.Ordinal))) is not null, "listening");
        string address = line!.Split("gRPC on ")[1].Split(',')[0];
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString();
        using GrpcChannel channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler });

        HealthListResponse health = await new global::Grpc.Health.V1.Health.HealthClient(channel).ListAsync(new HealthListRequest());

        Assert.StartsWith("https://", address, StringComparison.Ordinal);
        Assert.Contains("", health.Statuses.Keys);
        program.Terminate();
        Assert.Equal(0, await program.Exit());
    }

    [Fact]
    public async Task Terminate_TruthHasNotComeYet_EndsWith0AndWithoutAFault()
    {
        using var directory = new TemporaryDirectory();
        (int truth, int news) = (FreePorts.Take(), FreePorts.Take());
        using RunningProgram program = ServerProcess.Launch(
            directory.File("data"), ["Node:Name=n1", $"Journal:Postgres=Host=127.0.0.1;Port={truth};Database=ds;Username=ds", $"Fanout:Redis=127.0.0.1:{news}"]);
        await Eventually.True(() => program.Everything.Contains("Truth cannot be opened yet", StringComparison.Ordinal), "it waits for truth");

        program.Terminate();

        Assert.Equal(0, await program.Exit());
        Assert.DoesNotContain(program.Output, line => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal));
    }
}
