namespace DecisionServer.Services.Members;

/// <summary>What a command came to.</summary>
/// <param name="Response">The answer: made now, or given before under the same key.</param>
/// <param name="IsReused">The key was used with another request; there is no answer.</param>
/// <param name="Changes">What serving has to follow; null: nothing.</param>
internal readonly record struct Answered<TResponse>(TResponse? Response, bool IsReused, MemberChanges? Changes);
