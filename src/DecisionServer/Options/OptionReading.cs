using DecisionServer.Store;

namespace DecisionServer.Options;

/// <summary>Every option there is, with its default and range, in one place. Whatever is not read here does not exist.</summary>
internal static class OptionReading
{
    public static ServerOptions Read(OptionReader reader) => new()
    {
        Listen = new ListenOptions
        {
            Grpc = reader.Address("Listen:Grpc", "http://127.0.0.1:7070")!,
            Http = reader.Address("Listen:Http", "http://127.0.0.1:7080")!,
            CertificateFile = reader.Text("Listen:CertificateFile", ""),
            CertificateKeyFile = reader.Text("Listen:CertificateKeyFile", ""),
            CertificatePassword = reader.Text("Listen:CertificatePassword", ""),
            AllowInsecure = reader.Flag("Listen:AllowInsecure"),
            Drain = reader.Seconds("Listen:DrainSeconds", 10, 0, 3600),
            Notice = reader.Seconds("Listen:NoticeSeconds", 0, 0, 600),
        },
        Limits = new LimitOptions
        {
            ConcurrentCalls = reader.Number("Limits:ConcurrentCalls", 512 * Environment.ProcessorCount, 1, 1_000_000),
            QueuedCalls = reader.Number("Limits:QueuedCalls", 2048 * Environment.ProcessorCount, 1, 1_000_000),
            QueueMilliseconds = reader.Number("Limits:QueueMilliseconds", 2, 1, 60_000),
            ConcurrentStreams = reader.Number("Limits:ConcurrentStreams", 1000, 1, 1_000_000),
            RetryAfterMilliseconds = reader.Number("Limits:RetryAfterMilliseconds", 100, 1, 60_000),
            Connections = reader.Number("Limits:Connections", 10_000, 1, 1_000_000),
            StreamsPerConnection = reader.Number("Limits:StreamsPerConnection", 100, 1, 100_000),
            MessageBytes = reader.Number("Limits:MessageBytes", 4 * 1024 * 1024, 1024, 64 * 1024 * 1024),
            GenerationMebibytes = reader.Number("Limits:GenerationMebibytes", 12 * 1024, 1, 1024 * 1024),
            MemoryMebibytes = reader.Number("Limits:MemoryMebibytes", UsualMemoryMebibytes(), 16, 16 * 1024 * 1024),
            AvailabilityRows = reader.Number("Limits:AvailabilityRows", AvailabilityOptions.DefaultMaxRows, 16, 100_000_000),
            MemberMebibytes = reader.Number("Limits:MemberMebibytes", 4 * 1024, 1, 1024 * 1024),
            EpochWait = reader.Seconds("Limits:EpochWaitSeconds", 5, 0, 600),
        },
        Members = new MemberOptions
        {
            MaxActivated = reader.Number("Members:MaxActivated", 10, 1, MemberStateBuffer.MaxActivated),
            RedeemNeedsActivation = reader.Flag("Members:RedeemNeedsActivation"),
            AnswersKept = TimeSpan.FromDays(reader.Number("Members:IdempotencyDays", 7, 1, 366)),
            ErasurePurge = reader.Seconds("Members:ErasurePurgeSeconds", 60, 0, 3600),
        },
        TimeZone = reader.TimeZone("Decisions:TimeZone", "UTC"),
        Otlp = new OtlpOptions
        {
            Endpoint = reader.Address("Otlp:Endpoint", ""),
            Grpc = reader.Choice("Otlp:Protocol", false, ("http/protobuf", false), ("grpc", true)),
            Interval = reader.Seconds("Otlp:IntervalSeconds", 15, 0.1, 3600),
        },
        Log = new LogOptions
        {
            Level = reader.Choice(
                "Log:Level",
                LogLevel.Information,
                ("Trace", LogLevel.Trace),
                ("Debug", LogLevel.Debug),
                ("Information", LogLevel.Information),
                ("Warning", LogLevel.Warning),
                ("Error", LogLevel.Error),
                ("Critical", LogLevel.Critical)),
            Json = reader.Choice("Log:Format", false, ("simple", false), ("json", true)),
        },
        DataDirectory = Path.GetFullPath(reader.Text("Data:Directory", "./data")),
        NodeName = reader.Text("Node:Name", Environment.MachineName),
        ClockNow = reader.Instant("Clock:Now"),
        JournalReserveMebibytes = reader.Number("Journal:ReserveMebibytes", 0, 0, 1024 * 1024),
        JournalCheckpointKibibytes = reader.Number("Journal:CheckpointKibibytes", 8192, 4, 1024 * 1024),
        JournalPostgres = reader.Text("Journal:Postgres", ""),
        FanoutRedis = reader.Text("Fanout:Redis", ""),
        Fleet = new FleetOptions
        {
            Address = reader.Address("Node:Address", ""),
            Shards = reader.Number("Node:Shards", 0, 0, ShardSet.Most),
            Beat = reader.Seconds("Fleet:HeartbeatSeconds", 0.5, 0.05, 60),
            Lease = reader.Seconds("Fleet:LeaseSeconds", 2, 0.2, 600),
            Notice = reader.Seconds("Fleet:NoticeSeconds", 3, 0.5, 3600),
            Silence = reader.Seconds("Fleet:SilenceSeconds", 1, 0.1, 600),
            Dead = reader.Seconds("Fleet:LostSeconds", 5, 0.5, 3600),
            SharedDirectory = reader.Text("Fleet:SharedDirectory", ""),
            Schema = reader.Text("Journal:Schema", "decisionserver"),
            Poll = reader.Seconds("Fanout:PollSeconds", 0.5, 0.01, 60),
            Prefix = reader.Text("Fanout:Prefix", "decisionserver"),
        },
    };

    // Of what the machine, or the container, has: the rest is for members, connections and the system.
    private static int UsualMemoryMebibytes() => (int)Math.Max(16, (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20) * 85 / 100);
}
