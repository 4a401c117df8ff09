using DecisionServer.Journal;

namespace DecisionServer.Services.Members;

/// <summary>Replaces a profile.</summary>
internal sealed class PutProfileCommand(MemberWriter writer, V1.PutProfileRequest request)
    : MemberCommand<V1.PutProfileRequest, V1.PutProfileResponse>(writer, "PutProfile", request.IdempotencyKey, request.MemberId, request)
{
    protected override V1.PutProfileResponse Run(IJournalTransaction transaction, MemberChanges changes)
    {
        var before = MemberBook.Get(Writer, transaction, Request.MemberId);
        var profile = Request.Profile ?? new V1.MemberProfile();
        var record = before with
        {
            Version = before.Version + 1,
            Consents = [.. profile.Consents.Distinct()],
            Segments = [.. profile.Segments.Distinct()],
            ChainIds = [.. profile.ChainIds.Distinct()],
            Attributes = new Dictionary<string, string>(profile.Attributes, StringComparer.Ordinal),
        };
        transaction.Append(new ActionRecord
        {
            Kind = ActionKind.Profile,
            At = transaction.Now,
            MemberId = record.MemberId,
            Detail = MemberExport.Profile(record),
        });
        transaction.PutMember(record);
        changes.Members.Add(record);
        return new V1.PutProfileResponse { Member = MemberRecords.ToProto(record) };
    }
}
