using Grpc.Core;

namespace Grpc.Contract.Tests.Types;

public class AuthContextTests
{
    [Fact]
    public void AuthContext_WithIdentity_FindsIt()
    {
        var (name, mail) = (AuthProperty.Create("name", "jörg"u8.ToArray()), AuthProperty.Create("mail", "j@shop"u8.ToArray()));
        var context = new AuthContext("name", new() { ["name"] = [name], ["mail"] = [mail] });

        Assert.True(context.IsPeerAuthenticated);
        Assert.Equal([name], context.PeerIdentity);
        Assert.Equal([mail], context.FindPropertiesByName("mail"));
        Assert.Empty(context.FindPropertiesByName("phone"));
        Assert.Equal(2, context.Properties.Count());
        Assert.Equal(("name", "jörg"), (name.Name, name.Value));
    }

    [Fact]
    public void AuthContext_WithoutIdentity_IsNotAuthenticated()
    {
        var context = new AuthContext(null, []);

        Assert.False(context.IsPeerAuthenticated);
        Assert.Empty(context.PeerIdentity);
    }
}
