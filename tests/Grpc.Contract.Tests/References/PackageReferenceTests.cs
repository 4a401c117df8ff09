using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;

namespace Grpc.Contract.Tests.References;

/// <summary>Everything that the packages and generated code expect of the contract assemblies is there, so that a raised version cannot break at run time.</summary>
public class PackageReferenceTests
{
    [Theory]
    [InlineData("Grpc.AspNetCore.Server")]
    [InlineData("Grpc.Net.Client")]
    [InlineData("DecisionServer.Protocol")]
    [InlineData("Grpc.Contract.Tests")]
    public void FindMissing_AssemblyOverTheContract_FindsNothing(string name)
    {
        var contract = OpenContract();
        var consumer = AssemblyMetadata.Open(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"));

        var missing = contract.FindMissing(consumer);

        Assert.True(missing.Count == 0, $"{name} does not get:{Environment.NewLine}{string.Join(Environment.NewLine, missing)}");
    }

    [Fact]
    public void Packages_Loaded_AreTheOnesThatAreCompared()
    {
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "Grpc.AspNetCore.Server.dll"), typeof(GrpcServiceOptions).Assembly.Location);
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "Grpc.Net.Client.dll"), typeof(GrpcChannel).Assembly.Location);
    }

    [Fact]
    public void Contract_Identity_IsThatOfThePackages()
    {
        foreach (var type in new[] { typeof(Metadata), typeof(ICompressionProvider) })
        {
            var name = type.Assembly.GetName();
            Assert.Equal(new Version(2, 0, 0, 0), name.Version);
            Assert.Equal(typeof(GrpcChannel).Assembly.GetName().GetPublicKey(), name.GetPublicKey());
        }
    }

    // No other package of the gRPC family may slip into the closure without being compared.
    [Fact]
    public void OutputFolder_GrpcAssemblies_AreTheKnownOnes()
    {
        var names = Directory.GetFiles(AppContext.BaseDirectory, "Grpc.*.dll").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);

        Assert.Equal(["Grpc.AspNetCore.Server", "Grpc.Contract.Tests", "Grpc.Core.Api", "Grpc.Net.Client", "Grpc.Net.Common"], names);
    }

    private static ContractComparison OpenContract() => new(
        AssemblyMetadata.Open(typeof(Metadata).Assembly.Location),
        AssemblyMetadata.Open(typeof(ICompressionProvider).Assembly.Location));
}
