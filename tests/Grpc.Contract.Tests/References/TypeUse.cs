using System.Text.RegularExpressions;

namespace Grpc.Contract.Tests.References;

/// <summary>A type that is mentioned: the assembly where it is sought (empty: the one that mentions it), its name and its type arguments.</summary>
internal sealed partial record TypeUse(string Assembly, string Name, IReadOnlyList<string> Arguments)
{
    /// <summary>Reads the text of a type: <c>Name`2&lt;A,B&gt;</c>.</summary>
    public static TypeUse Parse(string assembly, string text)
    {
        if (text.StartsWith(SignatureText.ValueTypeMark, StringComparison.Ordinal))
            text = text[SignatureText.ValueTypeMark.Length..];

        var open = text.IndexOf('<', StringComparison.Ordinal);
        return open < 0 ? new TypeUse(assembly, text, []) : new TypeUse(assembly, text[..open], SplitArguments(text[(open + 1)..^1]));
    }

    /// <summary>Puts the type arguments into the text of a signature that was written for the generic type.</summary>
    public string Apply(string signature) =>
        Arguments.Count == 0 ? signature : TypeParameter().Replace(signature, match => Arguments[int.Parse(match.Groups[1].ValueSpan, provider: null)]);

    private static List<string> SplitArguments(string text)
    {
        var arguments = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] is '<' or '(' ? 1 : text[i] is '>' or ')' ? -1 : 0;
            if (text[i] != ',' || depth != 0)
                continue;

            arguments.Add(text[start..i]);
            start = i + 1;
        }

        arguments.Add(text[start..]);
        return arguments;
    }

    // !0 is a parameter of the type, !!0 one of the method.
    [GeneratedRegex(@"(?<!!)!(\d+)")]
    private static partial Regex TypeParameter();
}
