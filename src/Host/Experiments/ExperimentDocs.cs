using System.Text;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Options;
using NeuralKernels.Host.Options.Help;

namespace NeuralKernels.Host.Experiments;

/// <summary>Writes the reference of experiment files in Markdown.</summary>
public static class ExperimentDocs
{
    private const string Introduction = """
        # Experiment files

        <!-- Generated from the option types: change their documentation comments, not this file. -->

        An experiment file is YAML (or JSON) in UTF-8. It states the options below; what it leaves out has the default. Every problem is
        reported before any work is done.

        - A component is chosen by its name: `solver: cholesky`, or with options `solver: { type: cholesky, ridge: 1e-3 }`.
          Layers are chosen by the key `layer`.
        - Where a list is expected, a single item stands for a list of one: `metrics: accuracy`.
        - `--set path=value` changes an option for one run: `--set kernel.network[0].W_std=2`, `--set metrics=[accuracy,mse]`.
          A key with dots is written in quotes: `--set 'tracking.tags["a.b"]=x'`.
        - Real numbers are finite unless an option says otherwise. Anchors, aliases and merge keys (`<<`) work as in YAML.


        """;

    /// <summary>All options of an experiment and of the components of a catalog. The same catalog gives the same text.</summary>
    /// <exception cref="Abstractions.UserErrorException">A plugin's options are of a type that no file can fill.</exception>
    public static string Render(ComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        StringBuilder text = new(Introduction.ReplaceLineEndings("\n"));
        OptionTable root = OptionTable.For(typeof(ExperimentOptions));
        text.Append("## Options of an experiment\n\n");
        Table(text, root);

        string[] slots = [.. root.Options.Select(o => (o.Type is ListOption list ? list.Item : o.Type) as ComponentOption).OfType<ComponentOption>().Select(c => c.Kind.Name)];
        foreach (string kind in slots.Where(catalog.Kinds.Contains).Concat(catalog.Kinds.Except(slots)))
        {
            text.Append($"## {char.ToUpperInvariant(kind[0])}{kind[1..]} components\n\n");
            foreach (ComponentDescriptor component in catalog.OfKind(kind))
                text.Append(ComponentNames.Reading(component, () => Section(catalog, component)));
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string Section(ComponentCatalog catalog, ComponentDescriptor component)
    {
        OptionTable table = OptionTable.For(component.OptionsType);
        StringBuilder text = new($"### `{component.Kind.Discriminator}: {component.Name}`\n\n");
        if (table.Description is { } help)
            text.Append(help).Append("\n\n");
        if (table.Options.Count == 0)
            text.Append("No options.\n\n");
        else
            Table(text, table);
        return text.Append("```yaml\n").Append(ExampleWriter.Write(catalog, component)).Append("```\n\n").ToString();
    }

    private static void Table(StringBuilder text, OptionTable table)
    {
        text.Append("| Option | Type | Default | Allowed | Description |\n| --- | --- | --- | --- | --- |\n");
        foreach (OptionRow row in OptionRows.Of(table))
        {
            string initial = row.Default is "required" or "none" or "" ? row.Default : $"`{row.Default}`";
            text.Append($"| `{row.Name}` | {Escape(row.Type)} | {Escape(initial)} | {Escape(row.Allowed)} | {Escape(row.Description)} |\n");
        }

        text.Append('\n');
    }

    private static string Escape(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal);
}
