using Grpc.Core;

namespace Grpc.Contract.Tests.References;

/// <summary>The comparison finds every kind of thing that can be missing: without these tests its silence about the packages would prove nothing.</summary>
public class ContractComparisonTests
{
    [Fact]
    public void FindMissing_ExistingMember_FindsNothing()
    {
        var invented = new InventedAssembly();

        Assert.Empty(Missing(invented.MentionMethod(invented.Type("Metadata"), ".ctor")));
    }

    [Fact]
    public void FindMissing_InventedType_NamesIt()
    {
        var invented = new InventedAssembly();
        invented.Type("Invention");

        Assert.Equal(["type Grpc.Core.Api Grpc.Core.Invention"], Missing(invented));
    }

    [Fact]
    public void FindMissing_InventedMethod_NamesItWithItsSignature()
    {
        var invented = new InventedAssembly();

        Assert.Equal(["member Grpc.Core.Metadata: instance Void Invent()"], Missing(invented.MentionMethod(invented.Type("Metadata"), "Invent")));
    }

    [Fact]
    public void FindMissing_ExistingNameWithOtherParameters_NamesTheSignature()
    {
        var invented = new InventedAssembly();
        invented.MentionMethod(invented.Type("Metadata"), "Add", parameters => parameters.AddParameter().Type().Int32(), 1);

        Assert.Equal(["member Grpc.Core.Metadata: instance Void Add(Int32)"], Missing(invented));
    }

    [Fact]
    public void FindMissing_StructTakenForAClass_NamesTheSignature()
    {
        var invented = new InventedAssembly();
        invented.MentionMethod(invented.Type("RpcException"), ".ctor", parameters => parameters.AddParameter().Type().Type(invented.Type("Status"), isValueType: false), 1);

        Assert.Equal(["member Grpc.Core.RpcException: instance Void .ctor(Grpc.Core.Status)"], Missing(invented));
    }

    [Fact]
    public void FindMissing_InventedField_NamesIt()
    {
        var invented = new InventedAssembly();

        Assert.Equal(["member Grpc.Core.Metadata: field String Full"], Missing(invented.MentionField(invented.Type("Metadata"), "Full")));
    }

    [Fact]
    public void FindMissing_InternalMemberForAStranger_NamesItsAccess()
    {
        var invented = new InventedAssembly();
        invented.MentionMethod(invented.Type("ContextPropagationToken"), ".ctor");

        Assert.Equal(["member Grpc.Core.ContextPropagationToken: instance Void .ctor(): is Assembly"], Missing(invented));
    }

    [Fact]
    public void FindMissing_OverrideOfNothing_NamesIt()
    {
        var invented = new InventedAssembly();

        var missing = Missing(invented.Define("Context", invented.Type("SerializationContext"), "Invent"));

        Assert.Equal(["override Context: instance Void Invent(): Grpc.Core.SerializationContext has no such virtual member"], missing);
    }

    [Fact]
    public void FindMissing_OverrideOfAVirtual_FindsNothing()
    {
        var invented = new InventedAssembly();

        Assert.Empty(Missing(invented.Define("Context", invented.Type("SerializationContext"), "Complete")));
    }

    [Fact]
    public void FindMissing_AbstractMemberLeftOpen_NamesIt()
    {
        var invented = new InventedAssembly();

        var missing = Missing(invented.Define("Channel", invented.Type("ChannelBase"), "ToString"));

        Assert.Contains("override Channel: instance Grpc.Core.CallInvoker CreateCallInvoker() is abstract in Grpc.Core.ChannelBase and not overridden", missing);
    }

    [Fact]
    public void FindMissing_InterfaceMemberLeftOut_NamesIt()
    {
        var invented = new InventedAssembly();

        var missing = Missing(invented.Define("Method", default, "Unused", invented.Type("IMethod")));

        Assert.Contains("implementation Method: Grpc.Core.IMethod asks for instance String get_FullName()", missing);
    }

    [Fact]
    public void FindMissing_NewerAssemblyExpected_NamesBothVersions()
    {
        var missing = Assert.Single(Missing(new InventedAssembly(new Version(3, 0, 0, 0))));

        Assert.Contains("3.0.0.0", missing, StringComparison.Ordinal);
        Assert.Contains("2.0.0.0", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Server_MentionsTheContractInFull()
    {
        var server = AssemblyMetadata.Open(Path.Combine(AppContext.BaseDirectory, "Grpc.AspNetCore.Server.dll"));

        Assert.Contains(server.MemberUses, use => use.Owner.Name == "Grpc.Core.ServerServiceDefinition" && use.Signature == "instance Void BindService(Grpc.Core.ServiceBinderBase)");
        Assert.Contains(server.MemberUses, use => use.Owner.Name == "Grpc.Core.UnaryServerMethod`2" && use.Signature.Contains("Invoke(!0, Grpc.Core.ServerCallContext)", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Missing(InventedAssembly invented) =>
        new ContractComparison(AssemblyMetadata.Open(typeof(Status).Assembly.Location)).FindMissing(invented.Build());
}
