namespace NeuralKernels.Host.Reporting;

/// <summary>Amounts as people read them.</summary>
internal static class Amounts
{
    /// <summary>For example <c>0.05 s</c>, <c>12 s</c>, <c>3 min 20 s</c>, <c>2 h 05 min</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.0995 => $"{time.TotalSeconds:f3} s",
        < 9.95 => $"{time.TotalSeconds:f2} s",
        < 120 => $"{time.TotalSeconds:f0} s",
        < 7200 => $"{(int)time.TotalMinutes} min {time.Seconds:00} s",
        _ => $"{(int)time.TotalHours} h {time.Minutes:00} min",
    };

    /// <summary>A time that may be far below a second: <c>52 ns</c>, <c>3.6 us</c>, <c>0.43 ms</c>; else as <see cref="Duration"/>.</summary>
    public static string ShortTime(double seconds) => seconds switch
    {
        < 0.995e-6 => $"{seconds * 1e9:g2} ns",
        < 0.995e-3 => $"{seconds * 1e6:g3} us",
        < 0.995 => $"{seconds * 1e3:g3} ms",
        _ => Duration(TimeSpan.FromSeconds(seconds)),
    };

    /// <summary>For example <c>5.0 MiB</c>.</summary>
    public static string Bytes(double bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        int unit = 0;
        while (bytes >= 1024 && unit < units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes:f0} {units[unit]}" : $"{bytes:f1} {units[unit]}";
    }

    /// <summary>For example <c>12.1 M pairs/s</c>.</summary>
    public static string Rate(double perSecond, string unit) => perSecond switch
    {
        >= 1e9 => $"{perSecond / 1e9:f2} G {unit}/s",
        >= 1e6 => $"{perSecond / 1e6:f1} M {unit}/s",
        >= 1e3 => $"{perSecond / 1e3:f1} k {unit}/s",
        _ => $"{perSecond:f1} {unit}/s",
    };

    /// <summary>A number with enough digits to compare runs: <c>0.9911</c>, <c>1.2e-05</c>.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        double.NaN => "nan",
        0 => "0",
        < 1e-3 or >= 1e4 => value.ToString("0.##e+0"),
        _ => value.ToString("0.####"),
    };
}
