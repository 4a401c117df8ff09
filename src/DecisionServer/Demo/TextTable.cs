using System.Text;

namespace DecisionServer.Demo;

/// <summary>A table in plain text: columns as wide as they need, numbers to the right.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        int[] widths = [.. headings.Select((_, column) => _rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            var line = new StringBuilder("   ");
            for (int column = 0; column < row.Length; column++)
            {
                bool number = _rows.Count > 1 && _rows.Skip(1).All(each => each[column].Length == 0 || char.IsAsciiDigit(each[column][^1]) && !char.IsAsciiLetter(each[column][0]));
                line.Append(' ').Append(' ').Append(number ? row[column].PadLeft(widths[column]) : row[column].PadRight(widths[column]));
            }

            text.Append(line.ToString().TrimEnd()).Append('\n');
            if (ReferenceEquals(row, headings))
                text.Append("     ").AppendJoin("  ", widths.Select(width => new string('-', width))).Append('\n');
        }

        return text.ToString();
    }
}
