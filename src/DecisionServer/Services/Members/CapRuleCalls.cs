using DecisionServer.Journal;
using DecisionServer.Store;
using Grpc.Core;

namespace DecisionServer.Services.Members;

/// <summary>The caps that belong to no offer, for <see cref="CatalogGrpcService"/>.</summary>
public sealed class CapRuleCalls
{
    private readonly MemberWriter _writer;
    private readonly IJournal _journal;

    internal CapRuleCalls(MemberWriter writer, IJournal journal) => (_writer, _journal) = (writer, journal);

    /// <summary>Checks and puts them.</summary>
    public async Task<V1.PutCapRulesResponse> Put(V1.PutCapRulesRequest request, ServerCallContext context)
    {
        Ids.Optional(request.IdempotencyKey, "idempotency_key");
        Ids.Count(request.Rules.Count, "rules", CapRuleConfig.MaxRules);
        Ids.Count(request.Remove.Count, "remove", CapRuleConfig.MaxRules);
        var faults = new Faults();
        var found = new List<string>();
        var rules = new CapRuleConfig[request.Rules.Count];
        for (var i = 0; i < rules.Length; i++)
        {
            rules[i] = CapMapping.ToConfig(request.Rules[i], found);
            faults.AddAll(found, $"rules[{i}].", IdRules.IsValid(rules[i].Name, out _) ? $" (\"{rules[i].Name}\")" : "");
            found.Clear();
        }

        for (var i = 0; i < request.Remove.Count; i++)
        {
            if (!IdRules.IsValid(request.Remove[i], out var fault)) faults.Add($"remove[{i}]", fault);
        }

        faults.ThrowIfAny();
        try
        {
            return await JournalCalls.Answer(_journal, new PutCapRulesCommand(_writer, request, rules), context);
        }
        catch (CatalogueException e)
        {
            throw Errors.InvalidArgument(e.Message);
        }
    }

    /// <summary>All of them, by name.</summary>
    public V1.ListCapRulesResponse List()
    {
        var response = new V1.ListCapRulesResponse();
        foreach (var rule in _writer.Serving.Caps.All) response.Rules.Add(CapMapping.ToProto(rule.Config));
        return response;
    }
}
