using System.Diagnostics;
using System.Globalization;
using DecisionServer.BareCommit;

// What the disk and SQLite allow: writes the rows that a server's journal holds after activations once more, into a new database of the same schema and settings,
// in groups by one thread. No callers, no look-ups, no checks. Prints rows of actions per second.
if (args is not [string journal, string target, ..] || !int.TryParse(args.ElementAtOrDefault(2) ?? "64", out int perCommit) || perCommit < 1)
{
    Console.Error.WriteLine("usage: DecisionServer.BareCommit <journal.db of a stopped server> <database to make> [activations a commit]");
    return 2;
}

const int MaxRows = 200_000;
List<Row> schema, actions, members, answers, totals, meta;
using (var source = new Connection(journal, create: false))
{
    schema = source.Read("sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'", "rowid", 1_000);
    actions = source.Read("actions", "sequence", MaxRows);
    answers = source.Read("answers", "sequence", MaxRows);
    members = source.Read("members", "member", int.MaxValue);
    totals = source.Read("totals", "counter", MaxRows);
    meta = source.Read("meta", "id", 1);
}

// A row of each for every activation, in the order of the log: members who were activated twice would be one row.
const int MemberOfAction = 4, MemberId = 0, Sql = 4;
Dictionary<string, Row> byId = members.ToDictionary(member => member.Text(MemberId), StringComparer.Ordinal);
Row[] membersInOrder = [.. actions.Select(action => action.Text(MemberOfAction)).Distinct(StringComparer.Ordinal).Select(id => byId[id])];
int count = Math.Min(actions.Count, Math.Min(answers.Count, membersInOrder.Length)) / perCommit * perCommit;
if (count == 0)
{
    Console.Error.WriteLine($"{journal}: holds fewer than {perCommit} activations of different members");
    return 1;
}

File.Delete(target);
using var database = new Connection(target, create: true);
foreach (string pragma in (string[])["journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "cache_size = -65536", "temp_store = MEMORY", "wal_autocheckpoint = 2035"])
    database.Run($"PRAGMA {pragma}");
foreach (Row row in schema)
    database.Run(row.Text(Sql));
using var action = database.Prepare("INSERT INTO actions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
using var member = database.Prepare("INSERT INTO members VALUES (?, ?, ?)");
using var answer = database.Prepare("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
using var total = database.Prepare("INSERT OR REPLACE INTO totals VALUES (?, ?, ?, ?)");
using var place = database.Prepare("INSERT OR REPLACE INTO meta VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
using var begin = database.Prepare("BEGIN IMMEDIATE");
using var commit = database.Prepare("COMMIT");

long start = Stopwatch.GetTimestamp();
for (int from = 0; from < count; from += perCommit)
{
    database.Step(begin);
    for (int i = from; i < from + perCommit; i++)
    {
        answers[i].Write(database, answer);
        actions[i].Write(database, action);
        membersInOrder[i].Write(database, member);
    }

    foreach (Row row in totals)
        row.Write(database, total);
    meta[0].Write(database, place);
    database.Step(commit);
}

double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"activations":{{count}},"perCommit":{{perCommit}},"seconds":{{seconds:f3}},"perSecond":{{count / seconds:f0}}}"""));
return 0;
