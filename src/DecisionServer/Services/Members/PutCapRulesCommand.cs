using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>Changes the caps that belong to no offer.</summary>
internal sealed class PutCapRulesCommand(MemberWriter writer, V1.PutCapRulesRequest request, IReadOnlyList<CapRuleConfig> rules)
    : MemberCommand<V1.PutCapRulesRequest, V1.PutCapRulesResponse>(writer, "PutCapRules", request.IdempotencyKey, "", request)
{
    private CapRuleSet? _next;

    protected override V1.PutCapRulesResponse Run(IJournalTransaction transaction, MemberChanges changes)
    {
        var current = MemberReplay.Compile(transaction.GetCapRules());
        _next = current.With(rules, Request.Remove, out var added, out var replaced);
        transaction.PutCapRules(
            [.. Request.Remove.Distinct().Select(name => new NamedDocument(name, "")), .. rules.Select(rule => new NamedDocument(rule.Name, CapRuleJson.Write(rule)))]);
        transaction.Audit("put cap rules", string.Join(", ", rules.Select(rule => rule.Name).Concat(Request.Remove.Select(name => "-" + name))), "");
        return new V1.PutCapRulesResponse { Added = added, Replaced = replaced };
    }

    protected override void Follow() => Writer.Serving.PutCaps(_next!);
}
