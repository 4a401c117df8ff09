namespace Grpc.Core;

/// <summary>A remote method, whatever its message types.</summary>
public interface IMethod
{
    /// <summary>Which sides stream.</summary>
    MethodType Type { get; }

    /// <summary>The full name of the service, for example <c>package.v1.Service</c>.</summary>
    string ServiceName { get; }

    /// <summary>The name of the method without its service.</summary>
    string Name { get; }

    /// <summary>The path of the method: <c>/package.v1.Service/Method</c>.</summary>
    string FullName { get; }
}
