using System.Security.Cryptography;

namespace NeuralKernels.Mlflow;

/// <summary>Makes run names that people can say: an adjective, an animal and a number, such as <c>placid-heron-417</c>.</summary>
public static class RunNames
{
    private static readonly string[] s_adjectives =
    [
        "able", "agile", "amber", "ample", "apt", "ardent", "bold", "brave", "bright", "brisk", "calm", "candid", "clean",
        "clear", "clever", "cosmic", "crisp", "curious", "dapper", "daring", "deft", "eager", "early", "exact", "fair",
        "fleet", "fond", "frank", "fresh", "gentle", "glad", "golden", "grand", "hardy", "honest", "humble", "jolly", "keen",
        "kind", "lively", "loyal", "lucid", "mellow", "merry", "mild", "modest", "nimble", "noble", "patient", "placid",
        "plucky", "polite", "prime", "proud", "quick", "quiet", "rapid", "rare", "ready", "serene", "sharp", "silent",
        "smooth", "solid", "spry", "stately", "steady", "sturdy", "subtle", "sunny", "swift", "tidy", "tranquil", "trusty",
        "upbeat", "valiant", "vivid", "warm", "wise", "witty",
    ];

    private static readonly string[] s_animals =
    [
        "ant", "auk", "badger", "bat", "bear", "beaver", "bee", "bison", "boar", "carp", "cat", "cod", "colt", "cougar", "crab",
        "crane", "crow", "deer", "dog", "dolphin", "dove", "duck", "eagle", "eel", "egret", "elk", "falcon", "ferret", "finch",
        "fish", "fox", "frog", "gecko", "gnu", "goat", "goose", "grouse", "gull", "hare", "hawk", "hen", "heron", "horse",
        "hound", "ibex", "jay", "kite", "koala", "lamb", "lark", "lemur", "lion", "llama", "loon", "lynx", "marten", "mole",
        "moose", "moth", "mouse", "newt", "orca", "otter", "owl", "panda", "perch", "pika", "pug", "quail", "ram", "raven",
        "robin", "seal", "shark", "shrew", "skink", "sloth", "snail", "stag", "stork", "swan", "tapir", "tern", "toad", "trout",
        "vole", "wasp", "whale", "wolf", "wombat", "wren", "yak", "zebra",
    ];

    /// <summary>Number of different names.</summary>
    internal static int Count => s_adjectives.Length * s_animals.Length * 1000;

    /// <summary>The name that belongs to a seed: equal seeds give equal names on every machine.</summary>
    /// <param name="seed">Any number.</param>
    public static string FromSeed(ulong seed) => Compose((int)(Mix(seed) % (ulong)Count));

    /// <summary>A name drawn from the system's random source.</summary>
    public static string Random() => Compose(RandomNumberGenerator.GetInt32(Count));

    private static string Compose(int index)
    {
        (int rest, int number) = int.DivRem(index, 1000);
        (int adjective, int animal) = int.DivRem(rest, s_animals.Length);
        return $"{s_adjectives[adjective]}-{s_animals[animal]}-{number}";
    }

    // The finalizer of SplitMix64 (Steele, Lea and Flood 2014): neighbouring seeds give unrelated names.
    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
