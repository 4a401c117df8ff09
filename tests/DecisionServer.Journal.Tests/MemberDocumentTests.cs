using System.Text.Json;
using DecisionServer.Journal.Tests.Support;

namespace DecisionServer.Journal.Tests;

/// <summary>What is written by hand is read by the serializer.</summary>
public sealed class MemberDocumentTests
{
    [Fact]
    public void Write_EveryField_IsReadBack()
    {
        var member = Fill.Member("m", ulong.MaxValue);

        Assert.Equal(JsonSerializer.Serialize(member), JsonSerializer.Serialize(RoundTrip(member)));
    }

    [Fact]
    public void Write_EmptyFields_AreLeftOutAndReadBackAsEmpty()
    {
        var bare = new MemberRecord { MemberId = "m", Counters = [new MemberCounter("cap", null, 0, [])] };

        Assert.Equal(JsonSerializer.Serialize(bare), JsonSerializer.Serialize(RoundTrip(bare)));
        Assert.Equal("""{"MemberId":"m","Version":1}""", System.Text.Encoding.UTF8.GetString(new MemberDocument().Write(new MemberRecord { MemberId = "m", Version = 1 })));
    }

    [Fact]
    public void Read_DocumentOfTheSerializer_IsTheSame()
    {
        var member = Fill.Member("m");

        var read = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(member, JournalJson.Default.MemberRecord), JournalJson.Default.MemberRecord);

        Assert.Equal(JsonSerializer.Serialize(member), JsonSerializer.Serialize(read));
    }

    private static MemberRecord RoundTrip(MemberRecord member)
    {
        // Once before: what is left of another document must not show.
        var document = new MemberDocument();
        document.Write(Fill.Member("another-one"));
        return JsonSerializer.Deserialize(document.Write(member), JournalJson.Default.MemberRecord)!;
    }
}
