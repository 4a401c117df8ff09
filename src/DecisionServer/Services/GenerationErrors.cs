using DecisionServer.Store;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>The store's refusals of calls about generations, as gRPC statuses.</summary>
internal static class GenerationErrors
{
    public static T Translate<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (GenerationException refused)
        {
            throw Of(refused);
        }
        catch (CatalogueException refused)
        {
            throw Errors.InvalidArgument(refused.Message);
        }
        catch (IOException fault)
        {
            throw Errors.ResourceExhausted($"the disk cannot be written, nothing was changed: {fault.Message}");
        }
    }

    public static async Task<T> TranslateAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception fault) when (fault is GenerationException or CatalogueException or IOException)
        {
            // In the words of the other one.
            return Translate<T>(() => throw fault);
        }
    }

    public static RpcException Of(GenerationException refused) => refused.Error switch
    {
        GenerationError.NotFound => Errors.NotFound(refused.Message),
        GenerationError.AlreadyExists => Errors.AlreadyExists(refused.Message),
        GenerationError.TakenOver => Errors.Aborted(refused.Message),
        GenerationError.Malformed => Errors.InvalidArgument(refused.Message),
        GenerationError.StorageFull => Errors.ResourceExhausted(refused.Message),
        _ => Errors.FailedPrecondition(refused.Message),
    };
}
