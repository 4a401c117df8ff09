using Google.Protobuf;
using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace DecisionServer.Reflection;

/// <summary>Every file, symbol and extension that the server's services are made of.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(StringComparer.Ordinal);

    public DescriptorIndex(IEnumerable<ServiceDescriptor> services)
    {
        Services = [.. services.Select(service => service.FullName).Order(StringComparer.Ordinal)];
        foreach (ServiceDescriptor service in services)
            Add(service.File);
    }

    /// <summary>Full names of the services, in order.</summary>
    public IReadOnlyList<string> Services { get; }

    /// <summary>A file by its name, and after it every file it depends on; empty where there is none.</summary>
    public IReadOnlyList<ByteString> FileByName(string name) => Closure(_files.GetValueOrDefault(name));

    /// <summary>The file that defines a message, field, enum, enum value, service, method or extension.</summary>
    public IReadOnlyList<ByteString> FileBySymbol(string symbol) => Closure(_symbols.GetValueOrDefault(symbol));

    /// <summary>The file that defines extension <paramref name="number"/> of a message.</summary>
    public IReadOnlyList<ByteString> FileByExtension(string type, int number) =>
        Closure(_extensions.GetValueOrDefault(type)?.GetValueOrDefault(number));

    /// <summary>Numbers of the extensions of a message; false where the message does not exist.</summary>
    public bool TryGetExtensionNumbers(string type, out IReadOnlyCollection<int> numbers)
    {
        numbers = _extensions.TryGetValue(type, out SortedDictionary<int, FileDescriptor>? found) ? found.Keys : [];
        return found is not null || _symbols.ContainsKey(type);
    }

    private static IReadOnlyList<ByteString> Closure(FileDescriptor? file)
    {
        if (file is null)
            return [];
        var files = new List<FileDescriptor> { file };
        for (int i = 0; i < files.Count; i++)
        {
            foreach (FileDescriptor dependency in files[i].Dependencies)
            {
                if (!files.Contains(dependency))
                    files.Add(dependency);
            }
        }

        return [.. files.Select(each => each.SerializedData)];
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
            return;
        foreach (FileDescriptor dependency in file.Dependencies)
            Add(dependency);
        foreach (MessageDescriptor message in file.MessageTypes)
            Add(message);
        foreach (EnumDescriptor @enum in file.EnumTypes)
            Add(@enum);
        foreach (ServiceDescriptor service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (MethodDescriptor method in service.Methods)
                _symbols[method.FullName] = file;
        }

        Add(file.Extensions.UnorderedExtensions);
    }

    private void Add(MessageDescriptor message)
    {
        _symbols[message.FullName] = message.File;
        foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
            _symbols[field.FullName] = message.File;
        foreach (OneofDescriptor oneof in message.Oneofs)
            _symbols[oneof.FullName] = message.File;
        foreach (EnumDescriptor @enum in message.EnumTypes)
            Add(@enum);
        foreach (MessageDescriptor nested in message.NestedTypes)
            Add(nested);
        Add(message.Extensions.UnorderedExtensions);
    }

    private void Add(EnumDescriptor @enum)
    {
        _symbols[@enum.FullName] = @enum.File;
        foreach (EnumValueDescriptor value in @enum.Values)
            _symbols[value.FullName] = @enum.File;
    }

    private void Add(IEnumerable<FieldDescriptor> extensions)
    {
        foreach (FieldDescriptor extension in extensions)
        {
            string type = extension.ExtendeeType.FullName;
            _symbols[extension.FullName] = extension.File;
            if (!_extensions.TryGetValue(type, out SortedDictionary<int, FileDescriptor>? numbers))
                _extensions[type] = numbers = [];
            numbers[extension.FieldNumber] = extension.File;
        }
    }
}
