using System.Globalization;
using System.Text;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>A cell: bytes of the file without quotes and surrounding blanks.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Length">Number of bytes.</param>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Column">Column, from 0.</param>
internal readonly record struct CsvCell(int Start, int Length, int Line, int Column);

/// <summary>Divides a text of comma-separated values (RFC 4180) into rows and cells. Empty lines are left out.</summary>
internal sealed class CsvReader
{
    private const byte Quote = (byte)'"', Newline = (byte)'\n', Blank = (byte)' ', Tab = (byte)'\t', Return = (byte)'\r';
    private readonly byte[] _content;
    private readonly string _path;
    private readonly byte _delimiter;
    private readonly bool _blanks;
    private readonly List<CsvCell> _cells = [];
    private int _position;
    private int _line = 1;

    /// <summary>Begins at the first row.</summary>
    /// <param name="content">UTF-8 text.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="delimiter">One character, tab, space or auto.</param>
    public CsvReader(byte[] content, string path, string delimiter)
    {
        _content = content;
        _path = path;
        _position = content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        _delimiter = delimiter switch
        {
            "auto" => Guess(),
            "tab" or "\\t" => Tab,
            "space" => Blank,
            _ => (byte)delimiter[0],
        };
        _blanks = _delimiter == Blank;
    }

    /// <summary>Cells of the current row.</summary>
    public IReadOnlyList<CsvCell> Cells => _cells;

    /// <summary>Line where the current row begins, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Goes to the next row; false where there is none.</summary>
    /// <exception cref="UserErrorException">A quote that is not closed.</exception>
    public bool Next()
    {
        _cells.Clear();
        while (_position < _content.Length)
        {
            Line = _line;
            if (ReadRow())
                return true;
        }

        return false;
    }

    /// <summary>A cell's text.</summary>
    public string Text(CsvCell cell) => Encoding.UTF8.GetString(_content, cell.Start, cell.Length).Replace("\"\"", "\"", StringComparison.Ordinal);

    /// <summary>A cell's number; false where it is none.</summary>
    public bool TryNumber(CsvCell cell, out double number) =>
        double.TryParse(_content.AsSpan(cell.Start, cell.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    /// <summary>The place of a cell: file, line and column from 1, and the column's name.</summary>
    public string Place(CsvCell cell, IReadOnlyList<string> names) => $"{_path}:{cell.Line}:{cell.Column + 1} (column {names[cell.Column]})";

    private bool ReadRow()
    {
        while (true)
        {
            SkipBlanks();
            if (_blanks && _cells.Count > 0 && AtEndOfLine())
                return EndRow();
            bool more = _position < _content.Length && _content[_position] == Quote ? ReadQuoted() : ReadPlain();
            if (!more)
                return EndRow();
        }
    }

    // Both read one cell and what follows it, and return whether a delimiter followed.
    private bool ReadPlain()
    {
        ReadOnlySpan<byte> rest = _content.AsSpan(_position);
        int length = _blanks ? rest.IndexOfAny(Blank, Tab, Newline) : rest.IndexOfAny(_delimiter, Newline);
        if (length < 0)
            length = rest.Length;
        int end = length;
        while (end > 0 && rest[end - 1] is Blank or Return or Tab)
            end--;
        Add(_position, end);
        _position += length;
        return SkipDelimiter();
    }

    private bool ReadQuoted()
    {
        int start = ++_position, line = _line;
        while (true)
        {
            int quote = _content.AsSpan(_position).IndexOf(Quote);
            if (quote < 0)
                throw new UserErrorException($"{_path}:{line}:{_cells.Count + 1}: the quote that begins here is not closed.", "Close the quote.");
            _line += _content.AsSpan(_position, quote).Count(Newline);
            _position += quote + 1;
            if (_position == _content.Length || _content[_position] != Quote)
                break;
            _position++;
        }

        _cells.Add(new CsvCell(start, _position - 1 - start, line, _cells.Count));
        SkipBlanks();
        if (!AtEndOfLine() && !(_blanks || _content[_position] == _delimiter))
            throw new UserErrorException($"{_path}:{_line}:{_cells.Count}: there is text behind the closing quote.", "Write a quote inside a quoted cell twice.");
        return _blanks ? !AtEndOfLine() : SkipDelimiter();
    }

    private void Add(int start, int length) => _cells.Add(new CsvCell(start, length, _line, _cells.Count));

    private bool SkipDelimiter()
    {
        if (_position == _content.Length || _content[_position] == Newline)
            return false;
        _position++;
        return true;
    }

    private void SkipBlanks()
    {
        while (_position < _content.Length && _content[_position] is Blank or Tab or Return && (_blanks || _content[_position] != _delimiter))
            _position++;
    }

    private bool AtEndOfLine() => _position == _content.Length || _content[_position] == Newline;

    private bool EndRow()
    {
        if (_position < _content.Length)
        {
            _position++;
            _line++;
        }

        if (_cells.Count > 1 || (_cells.Count == 1 && _cells[0].Length > 0))
            return true;
        _cells.Clear();
        return false;
    }

    private byte Guess()
    {
        ReadOnlySpan<byte> first = _content.AsSpan(_position);
        int end = first.IndexOf(Newline);
        first = end < 0 ? first : first[..end];
        byte best = 0;
        int most = 0;
        foreach (byte candidate in ",\t;|"u8)
        {
            int count = 0;
            bool quoted = false;
            foreach (byte value in first)
            {
                quoted ^= value == Quote;
                if (value == candidate && !quoted)
                    count++;
            }

            if (count > most)
                (best, most) = (candidate, count);
        }

        return best != 0 ? best : first.Trim(" \r"u8).Contains(Blank) ? Blank : (byte)',';
    }
}
