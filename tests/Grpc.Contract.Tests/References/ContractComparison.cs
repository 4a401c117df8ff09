using System.Reflection;

namespace Grpc.Contract.Tests.References;

/// <summary>Finds what an assembly expects of the contract assemblies and does not get, in the way the runtime would when it loads and links the assembly.</summary>
internal sealed class ContractComparison
{
    private readonly Dictionary<string, AssemblyMetadata> _contract;

    public ContractComparison(params AssemblyMetadata[] contract) => _contract = contract.ToDictionary(assembly => assembly.Identity.Name);

    /// <summary>One line for everything that is missing; none if the assembly can be linked.</summary>
    public IReadOnlyList<string> FindMissing(AssemblyMetadata consumer) =>
    [
        .. consumer.References.SelectMany(MissingAssembly),
        .. consumer.TypeUses.Distinct().SelectMany(use => MissingType(consumer, use)),
        .. consumer.MemberUses.SelectMany(use => MissingMember(consumer, use)),
        .. consumer.Types.Values.SelectMany(type => MissingOverride(consumer, type)),
        .. consumer.Types.Values.SelectMany(type => MissingImplementation(consumer, type)),
    ];

    private IEnumerable<string> MissingAssembly(AssemblyIdentity reference)
    {
        if (!_contract.TryGetValue(reference.Name, out var assembly))
            yield break;

        if (assembly.Identity.Version < reference.Version || assembly.Identity.PublicKeyToken != reference.PublicKeyToken)
            yield return $"assembly {reference}: is {assembly.Identity}";
    }

    private IEnumerable<string> MissingType(AssemblyMetadata consumer, TypeUse use)
    {
        if (!_contract.TryGetValue(use.Assembly, out var assembly))
            yield break;

        if (!assembly.Types.TryGetValue(use.Name, out var type))
            yield return $"type {use.Assembly} {use.Name}";
        else if (!IsVisible(assembly, consumer, type.Attributes))
            yield return $"type {use.Assembly} {use.Name}: is {type.Attributes & TypeAttributes.VisibilityMask}";
    }

    private IEnumerable<string> MissingMember(AssemblyMetadata consumer, MemberUse use)
    {
        if (!_contract.TryGetValue(use.Owner.Assembly, out var assembly))
            yield break;

        var found = SelfAndBases(use.Owner).SelectMany(type => type.Definition.Members.Select(member => (type.Use, Member: member)))
            .FirstOrDefault(candidate => Matches(use, candidate.Use, candidate.Member));
        if (found.Member is null)
            yield return $"member {use.Owner.Name}: {use.Signature}";
        else if (!IsAccessible(assembly, consumer, use.Owner, found.Member))
            yield return $"member {use.Owner.Name}: {use.Signature}: is {found.Member.Access}";
    }

    // A member of the type itself is mentioned as the type defines it; one of a base is mentioned as the base's own, with or without the arguments in place.
    private static bool Matches(MemberUse use, TypeUse owner, ContractMember member) =>
        use.Signature == member.Signature || use.Signature == owner.Apply(member.Signature);

    private IEnumerable<string> MissingOverride(AssemblyMetadata consumer, ContractType type)
    {
        var (own, contractBase) = OwnMethods(consumer, type);
        if (contractBase is null)
            yield break;

        var offered = SelfAndBases(contractBase)
            .SelectMany(level => level.Definition.Members.Where(member => member.IsVirtual).Select(member => member with { Signature = level.Use.Apply(member.Signature) }))
            .ToList();

        foreach (var method in own.Where(method => method.IsOverride && !ObjectMethods.Contains(method.Signature)))
        {
            var target = offered.Find(member => member.Signature == method.Signature);
            if (target is null)
                yield return $"override {type.Name}: {method.Signature}: {contractBase.Name} has no such virtual member";
            else if (target.Access != method.Access || target.Constraints != method.Constraints)
                yield return $"override {type.Name}: {method.Signature}: {contractBase.Name} has it with {target.Access} {target.Constraints}";
        }

        if (type.IsAbstract)
            yield break;

        // The nearest definition decides: an abstract member that a contract class overrides is not open any more.
        foreach (var open in offered.DistinctBy(member => member.Signature).Where(member => member.IsAbstract))
        {
            if (!own.Any(method => method.IsVirtual && method.Signature == open.Signature))
                yield return $"override {type.Name}: {open.Signature} is abstract in {contractBase.Name} and not overridden";
        }
    }

    private IEnumerable<string> MissingImplementation(AssemblyMetadata consumer, ContractType type)
    {
        if (type.IsInterface || type.IsAbstract)
            yield break;

        var own = OwnMethods(consumer, type).Methods;
        foreach (var use in type.Interfaces)
        {
            if (Find(use) is not { } contractInterface)
                continue;

            foreach (var member in contractInterface.Members.Where(member => member.IsAbstract))
            {
                var signature = use.Apply(member.Signature);
                var isExplicit = type.Implements.Any(implemented => implemented.Owner.Name == use.Name && implemented.Owner.Apply(implemented.Signature) == signature);
                if (!isExplicit && !own.Any(method => method.IsVirtual && method.Access == MethodAttributes.Public && method.Signature == signature))
                    yield return $"implementation {type.Name}: {use.Name} asks for {signature}";
            }
        }
    }

    /// <summary>The methods of a type and its bases in the same assembly, in the type's own terms, and the contract type at which that chain ends.</summary>
    private (List<ContractMember> Methods, TypeUse? ContractBase) OwnMethods(AssemblyMetadata consumer, ContractType type)
    {
        var methods = new List<ContractMember>(type.Members);
        var next = type.Base;
        while (next is { Assembly: "" } && consumer.Types.TryGetValue(next.Name, out var local))
        {
            var use = next;
            methods.AddRange(local.Members.Select(member => member with { Signature = use.Apply(member.Signature) }));
            next = local.Base is null ? null : local.Base with { Arguments = [.. local.Base.Arguments.Select(use.Apply)] };
        }

        return (methods, next is not null && Find(next) is not null ? next : null);
    }

    private IEnumerable<(TypeUse Use, ContractType Definition)> SelfAndBases(TypeUse start)
    {
        for (var use = start; use is not null && Find(use) is { } definition;)
        {
            yield return (use, definition);
            var current = use;
            use = definition.Base is null ? null : definition.Base with
            {
                // Inside its own assembly a base has no scope.
                Assembly = definition.Base.Assembly.Length == 0 ? use.Assembly : definition.Base.Assembly,
                Arguments = [.. definition.Base.Arguments.Select(current.Apply)],
            };
        }
    }

    private ContractType? Find(TypeUse use) =>
        _contract.TryGetValue(use.Assembly, out var assembly) && assembly.Types.TryGetValue(use.Name, out var type) ? type : null;

    private static bool IsVisible(AssemblyMetadata assembly, AssemblyMetadata consumer, TypeAttributes attributes) =>
        (attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public or TypeAttributes.NestedPublic or TypeAttributes.NestedFamORAssem or TypeAttributes.NestedFamily => true,
            _ => IsFriend(assembly, consumer),
        };

    private bool IsAccessible(AssemblyMetadata assembly, AssemblyMetadata consumer, TypeUse owner, ContractMember member) => member.Access switch
    {
        MethodAttributes.Public => true,
        MethodAttributes.Family or MethodAttributes.FamORAssem => consumer.Types.Values.Any(type => DerivesFrom(consumer, type, owner)),
        MethodAttributes.Assembly => IsFriend(assembly, consumer),
        _ => false,
    };

    private bool DerivesFrom(AssemblyMetadata consumer, ContractType type, TypeUse owner) =>
        OwnMethods(consumer, type).ContractBase is { } contractBase && SelfAndBases(contractBase).Any(level => level.Use.Name == owner.Name);

    private static bool IsFriend(AssemblyMetadata assembly, AssemblyMetadata consumer) =>
        assembly.Friends.Any(friend => new AssemblyName(friend) is var name && name.Name == consumer.Identity.Name && Convert.ToHexString(name.GetPublicKeyToken() ?? []) == consumer.Identity.PublicKeyToken);

    private static readonly HashSet<string> ObjectMethods =
        ["instance String ToString()", "instance Boolean Equals(Object)", "instance Int32 GetHashCode()", "instance Void Finalize()"];
}
