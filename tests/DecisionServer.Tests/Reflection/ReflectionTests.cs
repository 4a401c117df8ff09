using DecisionServer.Tests.Processes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Alpha = Grpc.Reflection.V1Alpha;

namespace DecisionServer.Tests.Reflection;

public sealed class ReflectionTests
{
    [Fact]
    public async Task ListServices_Always_TheOnesRegistered()
    {
        await using ServerProcess server = await ServerProcess.Start();

        ServerReflectionResponse answer = await Ask(server, new ServerReflectionRequest { ListServices = "*", Host = "h" });

        Assert.Equal(
            ServiceRegistration.Services.Select(service => service.FullName).Order(StringComparer.Ordinal),
            answer.ListServicesResponse.Service.Select(service => service.Name));
        Assert.Equal("h", answer.ValidHost);
        Assert.Equal("*", answer.OriginalRequest.ListServices);
    }

    [Theory]
    [InlineData("decisionserver.v1.MemberService")]
    [InlineData("decisionserver.v1.MemberService.GetMember")]
    [InlineData("decisionserver.v1.MemberProfile")]
    [InlineData("decisionserver.v1.MemberProfile.attributes")]
    [InlineData("decisionserver.v1.Refusal")]
    public async Task FileContainingSymbol_Known_FileWithAllItDependsOn(string symbol)
    {
        await using ServerProcess server = await ServerProcess.Start();

        ServerReflectionResponse answer = await Ask(server, new ServerReflectionRequest { FileContainingSymbol = symbol });

        // A client can build the descriptors from this answer alone.
        FileDescriptorProto[] files = [.. answer.FileDescriptorResponse.FileDescriptorProto.Select(bytes => FileDescriptorProto.Parser.ParseFrom(bytes))];
        Assert.Equal("decisionserver/v1/member_service.proto", files[0].Name);
        Assert.Equal([.. files[0].Dependency], files.Skip(1).Select(file => file.Name));
        Assert.NotEmpty(FileDescriptor.BuildFromByteStrings(answer.FileDescriptorResponse.FileDescriptorProto.Reverse()));
    }

    [Fact]
    public async Task FileByFilename_Known_ThatFile()
    {
        await using ServerProcess server = await ServerProcess.Start();

        ServerReflectionResponse answer = await Ask(server, new ServerReflectionRequest { FileByFilename = "grpc/health/v1/health.proto" });

        Assert.Equal("grpc/health/v1/health.proto", FileDescriptorProto.Parser.ParseFrom(Assert.Single(answer.FileDescriptorResponse.FileDescriptorProto)).Name);
    }

    [Fact]
    public async Task Unknown_Anything_ErrorInTheAnswerNotOfTheCall()
    {
        await using ServerProcess server = await ServerProcess.Start();

        Assert.Equal(5, (await Ask(server, new() { FileByFilename = "no.proto" })).ErrorResponse.ErrorCode);
        Assert.Equal(5, (await Ask(server, new() { FileContainingSymbol = "no.Symbol" })).ErrorResponse.ErrorCode);
        Assert.Equal(5, (await Ask(server, new() { AllExtensionNumbersOfType = "no.Message" })).ErrorResponse.ErrorCode);
        Assert.Equal(5, (await Ask(server, new() { FileContainingExtension = new() { ContainingType = "decisionserver.v1.MemberProfile", ExtensionNumber = 7 } })).ErrorResponse.ErrorCode);
        Assert.Equal(3, (await Ask(server, new())).ErrorResponse.ErrorCode);
    }

    [Fact]
    public async Task AllExtensionNumbersOfType_MessageWithout_EmptyList()
    {
        await using ServerProcess server = await ServerProcess.Start();

        ServerReflectionResponse answer = await Ask(server, new() { AllExtensionNumbersOfType = "decisionserver.v1.MemberProfile" });

        Assert.Equal("decisionserver.v1.MemberProfile", answer.AllExtensionNumbersResponse.BaseTypeName);
        Assert.Empty(answer.AllExtensionNumbersResponse.ExtensionNumber);
    }

    [Fact]
    public async Task V1Alpha_SameQuestions_SameAnswers()
    {
        await using ServerProcess server = await ServerProcess.Start();
        using AsyncDuplexStreamingCall<Alpha.ServerReflectionRequest, Alpha.ServerReflectionResponse> call =
            new Alpha.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new Alpha.ServerReflectionRequest { FileContainingSymbol = "decisionserver.v1.MemberService" });
        await call.RequestStream.CompleteAsync();

        Assert.True(await call.ResponseStream.MoveNext(default));

        ServerReflectionResponse answer = await Ask(server, new() { FileContainingSymbol = "decisionserver.v1.MemberService" });
        Assert.Equal(answer.ToByteString(), call.ResponseStream.Current.ToByteString());
    }

    private static async Task<ServerReflectionResponse> Ask(ServerProcess server, ServerReflectionRequest request)
    {
        using AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call =
            new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(default));
        return call.ResponseStream.Current;
    }
}
