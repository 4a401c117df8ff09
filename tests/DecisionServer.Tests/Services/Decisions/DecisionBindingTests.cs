using System.Runtime.CompilerServices;
using DecisionServer.Services;
using DecisionServer.Services.Decisions;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Services.Decisions;

/// <summary>The methods that are mapped by hand are those of the contract.</summary>
public sealed class DecisionBindingTests
{
    [Fact]
    public void Bind_Methods_AreThoseOfTheContract()
    {
        var mine = new Methods();
        DecisionBinding.Bind(mine, (DecisionGrpcService)RuntimeHelpers.GetUninitializedObject(typeof(DecisionGrpcService)));
        var generated = new Methods();
        DecisionService.BindService(generated, null!);

        Assert.Equal(generated.Found.Order(), mine.Found.Order());
    }

    private sealed class Methods : ServiceBinderBase
    {
        public List<(string Name, MethodType Type, string Request)> Found { get; } = [];

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) => Add(method);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) => Add(method);

        private void Add<TRequest, TResponse>(Method<TRequest, TResponse> method) => Found.Add((method.FullName, method.Type, typeof(TRequest).Name));
    }
}
