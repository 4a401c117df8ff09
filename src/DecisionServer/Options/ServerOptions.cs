using System.Security.Cryptography.X509Certificates;
using DecisionServer.Fanout;
using DecisionServer.Journal;

namespace DecisionServer.Options;

/// <summary>Every option of the server, read and validated. Names, defaults and ranges stand in <see cref="OptionReading"/>.</summary>
public sealed record ServerOptions
{
    /// <summary>Where it listens.</summary>
    public required ListenOptions Listen { get; init; }

    /// <summary>What a client can make it do at most.</summary>
    public required LimitOptions Limits { get; init; }

    /// <summary>What members may do and how long it is remembered.</summary>
    public required MemberOptions Members { get; init; }

    /// <summary><c>Decisions:TimeZone</c>: time zone of calendar days, weeks and months in caps.</summary>
    public required TimeZoneInfo TimeZone { get; init; }

    /// <summary>Export of metrics by OTLP.</summary>
    public required OtlpOptions Otlp { get; init; }

    /// <summary>The log.</summary>
    public required LogOptions Log { get; init; }

    /// <summary><c>Data:Directory</c>: segment files, as a full path.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>Node:Name</c>: name of this server in logs and metrics.</summary>
    public required string NodeName { get; init; }

    /// <summary><c>Clock:Now</c>: the fixed instant that decisions are made at, or null for the system's clock.</summary>
    public required DateTimeOffset? ClockNow { get; init; }

    /// <summary><c>Journal:ReserveMebibytes</c>: free space of the disk below which writes are refused. 0: a sixteenth of it, at least 1 MiB, at most 64 MiB.</summary>
    public required int JournalReserveMebibytes { get; init; }

    /// <summary><c>Journal:CheckpointKibibytes</c>: length of the journal's log from which on it is carried over into the database file.</summary>
    public required int JournalCheckpointKibibytes { get; init; }

    /// <summary><c>Journal:Postgres</c>: connection string of the database that a fleet's truth is in; empty: SQLite below <see cref="DataDirectory"/>. Never logged.</summary>
    public required string JournalPostgres { get; init; }

    /// <summary><c>Fanout:Redis</c>: where news between nodes go; empty: nodes read what is new from truth, with each heartbeat. Never logged.</summary>
    public required string FanoutRedis { get; init; }

    /// <summary>How nodes keep together.</summary>
    public required FleetOptions Fleet { get; init; }

    /// <summary>The link to Redis, once <see cref="Rules.FleetRule"/> has read it; null: there is none.</summary>
    public RedisSettings? Redis { get; init; }

    /// <summary>How truth in PostgreSQL is kept, where it is.</summary>
    internal PostgresJournalOptions Postgres => new()
    {
        ConnectionString = JournalPostgres,
        Schema = Fleet.Schema,
        AnswersKept = Members.AnswersKept,
        ErasurePurge = Members.ErasurePurge,
        ErasureFile = Path.Combine(DataDirectory, "journal", "erasures"),
    };

    /// <summary>Whether this server is a node of a fleet.</summary>
    public bool IsFleet => JournalPostgres.Length > 0;
}

/// <summary>Section <c>Listen</c>.</summary>
public sealed record ListenOptions
{
    /// <summary><c>Listen:Grpc</c>: address of gRPC, HTTP/2 (http: prior knowledge).</summary>
    public required Uri Grpc { get; init; }

    /// <summary><c>Listen:Http</c>: address of health checks and metrics, HTTP/1.1.</summary>
    public required Uri Http { get; init; }

    /// <summary><c>Listen:CertificateFile</c>: PEM or PKCS #12; empty: none.</summary>
    public required string CertificateFile { get; init; }

    /// <summary><c>Listen:CertificateKeyFile</c>: the key in PEM, where it is not in the certificate's file.</summary>
    public required string CertificateKeyFile { get; init; }

    /// <summary><c>Listen:CertificatePassword</c>. Never logged.</summary>
    public required string CertificatePassword { get; init; }

    /// <summary>The certificate, once <see cref="Rules.CertificateRule"/> has loaded it.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary><c>Listen:AllowInsecure</c>: listen beyond loopback without TLS or without authentication.</summary>
    public required bool AllowInsecure { get; init; }

    /// <summary><c>Listen:DrainSeconds</c>: how long calls in flight may take to end after SIGTERM.</summary>
    public required TimeSpan Drain { get; init; }

    /// <summary><c>Listen:NoticeSeconds</c>: how long new calls are still taken after readiness was withdrawn, for load balancers to notice.</summary>
    public required TimeSpan Notice { get; init; }
}

/// <summary>Section <c>Limits</c>.</summary>
public sealed record LimitOptions
{
    /// <summary><c>Limits:ConcurrentCalls</c>: unary calls in flight; further ones are shed.</summary>
    public required int ConcurrentCalls { get; init; }

    /// <summary><c>Limits:QueuedCalls</c>: work items that wait for a thread; while there are more, unary calls are shed.</summary>
    public required int QueuedCalls { get; init; }

    /// <summary><c>Limits:QueueMilliseconds</c>: how long a unary call may have waited for a thread while the queue does not get shorter; then it is shed. From socket to answer a call passes that queue about eight times, so its caller waits some eight times as long.</summary>
    public required int QueueMilliseconds { get; init; }

    /// <summary><c>Limits:ConcurrentStreams</c>: streaming calls in flight; further ones are shed.</summary>
    public required int ConcurrentStreams { get; init; }

    /// <summary><c>Limits:RetryAfterMilliseconds</c>: the hint given with a shed call.</summary>
    public required int RetryAfterMilliseconds { get; init; }

    /// <summary><c>Limits:Connections</c>: open connections; further ones are closed at once.</summary>
    public required int Connections { get; init; }

    /// <summary><c>Limits:StreamsPerConnection</c>: HTTP/2 streams of one connection.</summary>
    public required int StreamsPerConnection { get; init; }

    /// <summary><c>Limits:MessageBytes</c>: longest message received.</summary>
    public required int MessageBytes { get; init; }

    /// <summary><c>Limits:GenerationMebibytes</c>: memory for the records of one generation, in MiB.</summary>
    public required int GenerationMebibytes { get; init; }

    /// <summary><c>Limits:MemoryMebibytes</c>: memory for all generations together, in MiB.</summary>
    public required int MemoryMebibytes { get; init; }

    /// <summary><c>Limits:AvailabilityRows</c>: rows of live availability held.</summary>
    public required int AvailabilityRows { get; init; }

    /// <summary><c>Limits:MemberMebibytes</c>: memory for the records of members, in MiB.</summary>
    public required int MemberMebibytes { get; init; }

    /// <summary><c>Limits:EpochWaitSeconds</c>: how long a call without a deadline waits for its <c>min_availability_epoch</c>.</summary>
    public required TimeSpan EpochWait { get; init; }
}

/// <summary>Section <c>Members</c>.</summary>
public sealed record MemberOptions
{
    /// <summary><c>Members:MaxActivated</c>: offers a member can have activated at once.</summary>
    public required int MaxActivated { get; init; }

    /// <summary><c>Members:RedeemNeedsActivation</c>: only activated offers can be redeemed.</summary>
    public required bool RedeemNeedsActivation { get; init; }

    /// <summary><c>Members:IdempotencyDays</c>: how long answers are kept under their idempotency keys.</summary>
    public required TimeSpan AnswersKept { get; init; }

    /// <summary><c>Members:ErasurePurgeSeconds</c>: within which time the last byte of an erased member is gone.</summary>
    public required TimeSpan ErasurePurge { get; init; }
}

/// <summary>Section <c>Otlp</c>.</summary>
public sealed record OtlpOptions
{
    /// <summary><c>Otlp:Endpoint</c>: the collector; null: nothing is exported.</summary>
    public required Uri? Endpoint { get; init; }

    /// <summary><c>Otlp:Protocol</c> is <c>grpc</c> rather than <c>http/protobuf</c>.</summary>
    public required bool Grpc { get; init; }

    /// <summary><c>Otlp:IntervalSeconds</c>: time between exports.</summary>
    public required TimeSpan Interval { get; init; }
}

/// <summary>Section <c>Log</c>.</summary>
public sealed record LogOptions
{
    /// <summary><c>Log:Level</c>: least severe level written.</summary>
    public required LogLevel Level { get; init; }

    /// <summary><c>Log:Format</c> is <c>json</c> rather than <c>simple</c>.</summary>
    public required bool Json { get; init; }
}
