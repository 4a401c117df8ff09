namespace DecisionServer.Loader;

/// <summary>A place in an input: a line (from 1) of a text file, or a byte (from 0) of a binary one.</summary>
/// <param name="Input">Name of the file, or <c>stdin</c>.</param>
/// <param name="Position">Line from 1 or byte from 0; negative where the whole input is meant.</param>
/// <param name="IsByte">True: <paramref name="Position"/> counts bytes.</param>
internal readonly record struct InputPlace(string Input, long Position, bool IsByte)
{
    public static InputPlace Whole(string input) => new(input, -1, false);

    public override string ToString()
        => Position < 0 ? Input : IsByte ? $"{Input}, byte {Position}" : $"{Input}:{Position}";
}
