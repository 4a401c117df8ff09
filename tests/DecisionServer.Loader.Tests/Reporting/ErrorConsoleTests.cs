namespace DecisionServer.Loader.Tests;

public sealed class ErrorConsoleTests
{
    [Fact]
    public void Say_WhileALineOfProgressStands_BeginsALineOfItsOwn()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var console = new ErrorConsole(writer, isTerminal: true);

        console.Renew("50 %");
        console.Renew("51 %");
        console.Say("a.csv:7: bad");
        console.Renew("52 %");
        console.End();

        Assert.Equal("\r50 %\e[K\r51 %\e[K\na.csv:7: bad\n\r52 %\e[K\n", writer.ToString());
    }

    [Fact]
    public void Renew_NoTerminal_LinesWithoutControlCharacters()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var console = new ErrorConsole(writer, isTerminal: false);

        console.Renew("50 %");
        console.Say("a.csv:7: bad");
        console.End();

        Assert.Equal("50 %\na.csv:7: bad\n", writer.ToString());
    }
}
