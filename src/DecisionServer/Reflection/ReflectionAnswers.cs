using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1;
using Request = Grpc.Reflection.V1.ServerReflectionRequest;

namespace DecisionServer.Reflection;

/// <summary>Answers single requests of the reflection protocol. What does not exist is an answer, too, not an error of the call.</summary>
internal sealed class ReflectionAnswers(DescriptorIndex index)
{
    public ServerReflectionResponse Answer(Request request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case Request.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new ListServiceResponse();
                response.ListServicesResponse.Service.AddRange(index.Services.Select(name => new ServiceResponse { Name = name }));
                break;
            case Request.MessageRequestOneofCase.FileByFilename:
                Files(response, index.FileByName(request.FileByFilename), $"there is no file \"{request.FileByFilename}\"");
                break;
            case Request.MessageRequestOneofCase.FileContainingSymbol:
                Files(response, index.FileBySymbol(request.FileContainingSymbol), $"there is no symbol \"{request.FileContainingSymbol}\"");
                break;
            case Request.MessageRequestOneofCase.FileContainingExtension:
                ExtensionRequest extension = request.FileContainingExtension;
                Files(
                    response,
                    index.FileByExtension(extension.ContainingType, extension.ExtensionNumber),
                    $"\"{extension.ContainingType}\" has no extension {extension.ExtensionNumber}");
                break;
            case Request.MessageRequestOneofCase.AllExtensionNumbersOfType:
                Numbers(response, request.AllExtensionNumbersOfType);
                break;
            default:
                response.ErrorResponse = Error(StatusCode.InvalidArgument, "message_request: is not set");
                break;
        }

        return response;
    }

    private static void Files(ServerReflectionResponse response, IReadOnlyList<ByteString> files, string fault)
    {
        if (files.Count == 0)
        {
            response.ErrorResponse = Error(StatusCode.NotFound, fault);
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse();
        response.FileDescriptorResponse.FileDescriptorProto.AddRange(files);
    }

    private void Numbers(ServerReflectionResponse response, string type)
    {
        if (!index.TryGetExtensionNumbers(type, out IReadOnlyCollection<int> numbers))
        {
            response.ErrorResponse = Error(StatusCode.NotFound, $"there is no message \"{type}\"");
            return;
        }

        response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = type };
        response.AllExtensionNumbersResponse.ExtensionNumber.AddRange(numbers);
    }

    private static ErrorResponse Error(StatusCode code, string message) => new() { ErrorCode = (int)code, ErrorMessage = message };
}
