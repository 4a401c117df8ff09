using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DecisionServer.Tests.Support;

/// <summary>One command to Redis over a connection of its own: what an operator does from outside.</summary>
internal static class RedisCommand
{
    /// <summary>Sends the command and returns the answer as text, nested answers a line each.</summary>
    /// <exception cref="InvalidOperationException">Redis refused it.</exception>
    public static async Task<string> Send(int port, params string[] parts)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port, bound.Token);
        await using var stream = new NetworkStream(socket);
        var request = new StringBuilder(FormattableString.Invariant($"*{parts.Length}\r\n"));
        foreach (string part in parts)
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), bound.Token);
        var reader = new AnswerReader(stream, bound.Token);
        return string.Join('\n', await reader.Read());
    }

    private sealed class AnswerReader(Stream stream, CancellationToken bound)
    {
        private readonly byte[] _one = new byte[1];

        public async Task<List<string>> Read()
        {
            string line = await Line();
            string rest = line[1..];
            switch (line[0])
            {
                case '-':
                    throw new InvalidOperationException(rest);
                case '$' when rest != "-1":
                    var text = new byte[int.Parse(rest, CultureInfo.InvariantCulture) + 2];
                    await stream.ReadExactlyAsync(text, bound);
                    return [Encoding.UTF8.GetString(text.AsSpan(..^2))];
                case '*' when rest != "-1":
                    List<string> all = [];
                    for (var left = int.Parse(rest, CultureInfo.InvariantCulture); left > 0; left--)
                        all.AddRange(await Read());
                    return all;
                case '$' or '*':
                    return [];
                default:
                    return [rest];
            }
        }

        private async Task<string> Line()
        {
            var line = new StringBuilder();
            while (true)
            {
                await stream.ReadExactlyAsync(_one, bound);
                if (_one[0] == '\n')
                    return line.ToString().TrimEnd('\r');
                line.Append((char)_one[0]);
            }
        }
    }
}
