namespace Grpc.Core;

/// <summary>Adds credentials to the headers of a call, before it is sent.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
