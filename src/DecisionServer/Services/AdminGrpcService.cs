using System.Globalization;
using System.Text.RegularExpressions;
using DecisionServer.Journal;
using DecisionServer.Options;
using DecisionServer.Services.Journaling;
using DecisionServer.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>Backups of the journal and the audit log over gRPC.</summary>
public sealed partial class AdminGrpcService(IJournal journal, TruthWriter truth, ServerOptions options, TimeProvider clock) : AdminService.AdminServiceBase
{
    private const int MaxPage = 1_000;
    private const int DefaultPage = 100;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public override Task<BackupJournalResponse> BackupJournal(BackupJournalRequest request, ServerCallContext context)
    {
        var name = request.Name.Length > 0
            ? request.Name
            : string.Create(CultureInfo.InvariantCulture, $"journal-{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}.db");
        if (!BackupName().IsMatch(name))
            throw Errors.InvalidArgument("name", "is not of the form allowed: 1 to 64 letters, digits, points, hyphens and underscores, not beginning with a point");
        return truth.Audited("back up", name, "", () => BackUp(name, context.CancellationToken));
    }

    /// <inheritdoc/>
    public override async Task<ListAuditResponse> ListAudit(ListAuditRequest request, ServerCallContext context)
    {
        if (request.PageSize is < 0 or > MaxPage)
            throw Errors.InvalidArgument("page_size", $"is {request.PageSize}, must be between 1 and {MaxPage}, or 0 for {DefaultPage}");
        long before = 0;
        if (request.PageToken.Length > 0 && (!long.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out before) || before < 1))
            throw Errors.InvalidArgument("page_token", "is not a token of ListAudit");
        var size = request.PageSize == 0 ? DefaultPage : request.PageSize;
        var records = await truth.Write(new ReadCommand<IReadOnlyList<AuditRecord>>(transaction => transaction.GetAudit(before, size)), context);
        var response = new ListAuditResponse();
        foreach (var record in records)
        {
            response.Entries.Add(new AuditEntry
            {
                Sequence = record.Sequence,
                At = Timestamp.FromDateTimeOffset(record.At),
                Act = record.Act,
                Subject = record.Subject,
                Detail = record.Detail,
            });
        }

        if (records.Count == size && records[^1].Sequence > 1) response.NextPageToken = records[^1].Sequence.ToString(CultureInfo.InvariantCulture);
        return response;
    }

    private async Task<BackupJournalResponse> BackUp(string name, CancellationToken cancellation)
    {
        var path = Path.Combine(options.DataDirectory, "backups", name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (File.Exists(path)) throw Errors.AlreadyExists($"name: there is a backup \"{name}\" already");
            await journal.Backup(path, cancellation);
            return new BackupJournalResponse { Path = path, SizeBytes = new FileInfo(path).Length };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Errors.Unavailable($"the backup could not be written: {e.Message}", RetryAfter);
        }
        catch (JournalUnavailableException e)
        {
            throw Errors.Unavailable(e.Message, e.RetryAfter);
        }
        catch (BackupElsewhereException e)
        {
            throw Errors.FailedPrecondition(e.Message);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\\z")]
    private static partial Regex BackupName();
}
