using System.Globalization;
using System.Net;
using System.Security.Authentication;
using StackExchange.Redis;

namespace DecisionServer.Fanout;

/// <summary>
/// The option <c>Fanout:Redis</c>: <c>host:port[,host:port…][,option=value…]</c>. One address, several of a cluster, or, with <c>serviceName</c>,
/// sentinels. What it holds of a password is never repeated in a message.
/// </summary>
public sealed class RedisSettings
{
    private const string Form = "write host:port[,host:port][,password=…][,ssl=true][,serviceName=… for sentinels]";
    private const int RedisPort = 6379;
    private const int SentinelPort = 26379;

    private static readonly Dictionary<string, Action<RedisSettings, string, ICollection<string>>> Options = new(StringComparer.OrdinalIgnoreCase)
    {
        ["password"] = static (settings, value, _) => settings.Password = value,
        ["serviceName"] = static (settings, value, _) => settings.ServiceName = value,
        ["ssl"] = static (settings, value, errors) => settings.Tls = Switch("ssl", value, errors),
        ["sslHost"] = static (settings, value, _) => settings.TlsHost = value,
        ["name"] = static (settings, value, _) => settings.ClientName = value,
        ["defaultDatabase"] = static (settings, value, errors) => settings.Database = Number("defaultDatabase", value, 0, 1_000_000, errors),
        ["connectTimeout"] = static (settings, value, errors) => settings.ConnectTimeout = Milliseconds("connectTimeout", value, errors),
        ["syncTimeout"] = static (settings, value, errors) => settings.OperationTimeout = Milliseconds("syncTimeout", value, errors),
        ["keepAlive"] = static (settings, value, errors) => settings.KeepAliveSeconds = Number("keepAlive", value, 1, 3_600, errors),

        // Known elsewhere; here the feed decides.
        ["abortConnect"] = static (_, value, errors) => Switch("abortConnect", value, errors),
        ["connectRetry"] = static (_, value, errors) => Number("connectRetry", value, 0, 1_000, errors),
        ["allowAdmin"] = static (_, value, errors) => Switch("allowAdmin", value, errors),
    };

    private readonly List<EndPoint> _addresses = [];

    private RedisSettings()
    {
    }

    /// <summary>The addresses without any option: for logs.</summary>
    public string Addresses => string.Join(",", _addresses.Select(Text)) + (ServiceName.Length > 0 ? $" (sentinels of {ServiceName})" : "");

    internal IReadOnlyList<EndPoint> EndPoints => _addresses;

    internal string ServiceName { get; private set; } = "";

    internal string Password { get; private set; } = "";

    internal bool Tls { get; private set; }

    internal TimeSpan ConnectTimeout { get; private set; } = TimeSpan.FromSeconds(3);

    internal TimeSpan OperationTimeout { get; private set; } = TimeSpan.FromSeconds(2);

    private string TlsHost { get; set; } = "";

    private string ClientName { get; set; } = "";

    private int Database { get; set; }

    private int KeepAliveSeconds { get; set; } = 15;

    /// <summary>Reads the option.</summary>
    /// <param name="text">Its value.</param>
    /// <param name="errors">Gets everything that is wrong with it, each with the option's name and what to do.</param>
    /// <returns>Null where anything is wrong.</returns>
    public static RedisSettings? Read(string text, ICollection<string> errors)
    {
        List<string> faults = [];
        var settings = new RedisSettings();
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        var optionSeen = false;
        for (var index = 0; index < parts.Length; index++)
        {
            int equals = parts[index].IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0 && !parts[index].Contains("://", StringComparison.Ordinal))
            {
                optionSeen = true;
                ReadOption(settings, parts[index][..equals].Trim(), parts[index][(equals + 1)..].Trim(), faults);
            }
            else if (optionSeen)
            {
                // It may be the rest of a password with a comma in it.
                faults.Add($"part {index + 1} comes after an option and is none; addresses come first, and no value can hold a comma");
            }
            else
            {
                ReadAddress(settings, parts[index], index + 1, faults);
            }
        }

        if (faults.Count == 0)
            settings.SetDefaultPorts();
        foreach (string fault in faults.Distinct())
            errors.Add("Fanout:Redis: " + fault);
        return faults.Count == 0 ? settings : null;
    }

    /// <summary>How to reach the server, the cluster, or the master that the sentinels named.</summary>
    internal ConfigurationOptions ForServers(IEnumerable<EndPoint> addresses)
    {
        ConfigurationOptions options = Common(addresses);
        options.Password = Password.Length > 0 ? Password : null;
        options.DefaultDatabase = Database;
        options.ClientName = ClientName.Length > 0 ? ClientName : null;
        return options;
    }

    /// <summary>How to ask one sentinel.</summary>
    internal ConfigurationOptions ForSentinel(EndPoint address, bool withPassword)
    {
        ConfigurationOptions options = Common([address]);
        options.CommandMap = CommandMap.Sentinel;
        options.Password = withPassword ? Password : null;
        return options;
    }

    internal static string Text(EndPoint address) => address switch
    {
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => address.ToString() ?? "",
    };

    private static void ReadOption(RedisSettings settings, string name, string value, List<string> faults)
    {
        if (Options.TryGetValue(name, out Action<RedisSettings, string, ICollection<string>>? read))
            read(settings, value, faults);
        else if (name.Equals("user", StringComparison.OrdinalIgnoreCase))
            faults.Add("user is not supported; leave it out and let the default user have the password");
        else if (name.Length is > 0 and <= 30 && name.All(char.IsAsciiLetter))
            faults.Add($"option \"{name}\" is not known; known are {string.Join(", ", Options.Keys)}");
        else
            faults.Add("an option is not known; known are " + string.Join(", ", Options.Keys));
    }

    private static void ReadAddress(RedisSettings settings, string text, int part, List<string> faults)
    {
        if (text.Length == 0)
        {
            faults.Add($"part {part} is empty; {Form}");
            return;
        }

        if (text.Contains("://", StringComparison.Ordinal) || text.Contains('@', StringComparison.Ordinal))
        {
            // Not repeated: such addresses hold passwords.
            faults.Add($"part {part} is a URL; {Form}");
            return;
        }

        // The port is behind the last colon, unless that is inside of an IPv6 address.
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > text.LastIndexOf(']') && (text[0] == '[' || text.IndexOf(':', StringComparison.Ordinal) == colon);
        var port = 0;
        if (hasPort && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65_535))
        {
            faults.Add($"part {part}: the port must be 1 to 65535");
            return;
        }

        string host = (hasPort ? text[..colon] : text).Trim('[', ']');
        if (IPAddress.TryParse(host, out IPAddress? address))
            settings._addresses.Add(new IPEndPoint(address, port));
        else if (Uri.CheckHostName(host) == UriHostNameType.Dns)
            settings._addresses.Add(new DnsEndPoint(host, port));
        else
            faults.Add($"part {part} is no host; {Form}");
    }

    private static bool Switch(string name, string value, ICollection<string> faults)
    {
        if (!bool.TryParse(value, out bool isOn))
            faults.Add($"{name} must be true or false");
        return isOn;
    }

    private static int Number(string name, string value, int least, int most, ICollection<string> faults)
    {
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
            return number;
        faults.Add($"{name} must be a whole number from {least} to {most}");
        return least;
    }

    private static TimeSpan Milliseconds(string name, string value, ICollection<string> faults) =>
        TimeSpan.FromMilliseconds(Number(name, value, 50, 60_000, faults));

    private void SetDefaultPorts()
    {
        int fallback = ServiceName.Length > 0 ? SentinelPort : RedisPort;
        for (var index = 0; index < _addresses.Count; index++)
        {
            _addresses[index] = _addresses[index] switch
            {
                IPEndPoint { Port: 0 } ip => new IPEndPoint(ip.Address, fallback),
                DnsEndPoint { Port: 0 } dns => new DnsEndPoint(dns.Host, fallback),
                { } given => given,
            };
        }
    }

    private ConfigurationOptions Common(IEnumerable<EndPoint> addresses)
    {
        var options = new ConfigurationOptions
        {
            // A link that cannot be made is given up and made anew by the feed, which also asks sentinels again.
            AbortOnConnectFail = true,
            ConnectRetry = 1,
            ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds,
            SyncTimeout = (int)OperationTimeout.TotalMilliseconds,
            KeepAlive = KeepAliveSeconds,
            TieBreaker = "",
            Ssl = Tls,
        };
        if (Tls)
        {
            options.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            options.SslHost = TlsHost.Length > 0 ? TlsHost : null;
        }

        foreach (EndPoint address in addresses)
            options.EndPoints.Add(address);
        return options;
    }
}
