namespace NeuralKernels.Networks;

public sealed partial class FiniteNetworkBuilder
{
    /// <summary>Adds the sum of branches.</summary>
    internal void Sum(IReadOnlyList<Layer> branches) => Join(branches, JoinKind.Sum);

    /// <summary>Adds the product of branches.</summary>
    internal void Multiply(IReadOnlyList<Layer> branches) => Join(branches, JoinKind.Product);

    /// <summary>Adds the concatenation of branches along the channels.</summary>
    internal void Concatenate(IReadOnlyList<Layer> branches)
    {
        (FiniteModule[][] modules, State[] states) = Branches(branches);
        RequireSamePositions(states);
        double stated = states.Sum(s => (double)s.Channels.Stated);
        double actual = states.Sum(s => (double)s.Channels.Actual);

        // Where the ratios of the widths differ from the stated ones, scales keep the shares that the branches have in the kernel.
        double[] scales = Array.ConvertAll(states, s => Math.Sqrt(s.Channels.Stated / stated * (actual / s.Channels.Actual)));
        _modules.Add(new ChannelConcatenationModule(modules, scales));
        _state = states[0] with { Channels = new FiniteChannels(checked((int)actual), (int)Math.Min(stated, int.MaxValue)) };
    }

    /// <summary>Adds the concatenation of branches along a position axis.</summary>
    internal void ConcatenatePositions(IReadOnlyList<Layer> branches, int axis)
    {
        RequireGrid("Concat along positions");
        (FiniteModule[][] modules, State[] states) = BranchesOfOneWidth(branches);
        (int[][] indices, PositionGrid output) = PositionGeometry.Concatenation([.. states.Select(s => s.Grid)], axis, Error);
        _modules.Add(new PositionConcatenationModule(modules, indices));
        _state = states[0] with { Grid = output };
    }

    private void Join(IReadOnlyList<Layer> branches, JoinKind kind)
    {
        int first = _requests;
        (FiniteModule[][] modules, State[] states) = BranchesOfOneWidth(branches);
        RequireSamePositions(states);
        _modules.Add(new JoinModule(kind, modules));
        State given = states.FirstOrDefault(s => !IsAdjustable(s, first), states[0]);
        int[] owners = states.All(s => IsAdjustable(s, first)) ? [.. states.SelectMany(s => s.Channels.Owners)] : given.Channels.Owners;
        _state = given with { Channels = given.Channels with { Owners = owners } };
    }

    // The width of a branch without weights of its own is a fact; the layers of other branches give way to it.
    private (FiniteModule[][] Modules, State[] States) BranchesOfOneWidth(IReadOnlyList<Layer> branches)
    {
        (int first, int places, int count, int blocks) = (_requests, _randomPlaces, _parameterCount, _parameters.Count);
        (FiniteModule[][] Modules, State[] States) result = Branches(branches);
        int[] fixedWidths = [.. result.States.Where(s => !IsAdjustable(s, first)).Select(s => s.Channels.Actual).Distinct()];
        int[] widths = [.. result.States.Select(s => s.Channels.Actual).Distinct()];
        if (widths.Length == 1)
            return result;
        if (fixedWidths.Length != 1)
            throw Error($"the branches have the widths {string.Join(" and ", widths)}", "Give their last layers with weights the same width.");
        foreach (int owner in result.States.Where(s => IsAdjustable(s, first)).SelectMany(s => s.Channels.Owners))
            _given[owner] = fixedWidths[0];
        (_requests, _randomPlaces, _parameterCount) = (first, places, count);
        _parameters.RemoveRange(blocks, _parameters.Count - blocks);
        return Branches(branches);
    }

    private (FiniteModule[][] Modules, State[] States) Branches(IReadOnlyList<Layer> branches)
    {
        if (branches.Count == 0)
            throw Error("there are no branches", "Give at least one branch.");
        (List<FiniteModule> outer, State input) = (_modules, _state);
        FiniteModule[][] modules = new FiniteModule[branches.Count][];
        State[] states = new State[branches.Count];
        for (int i = 0; i < branches.Count; i++)
        {
            (_modules, _state) = ([], input);
            _location.Push($"branches[{i}]");
            branches[i].BuildFinite(this);
            _location.Pop();
            (modules[i], states[i]) = ([.. _modules], _state);
        }

        (_modules, _state) = (outer, input);
        return (modules, states);
    }

    private static bool IsAdjustable(State state, int firstRequest) =>
        state.Channels.Owners.Length > 0 && state.Channels.Owners.All(owner => owner >= firstRequest);

    private void RequireSamePositions(State[] states)
    {
        if (states.Any(s => s.MostNodes != states[0].MostNodes || !(s.Grid?.Sizes ?? []).SequenceEqual(states[0].Grid?.Sizes ?? [])))
        {
            throw Error(
                $"the branches end with the positions {string.Join(" and ", states.Select(s => string.Join('x', s.Grid?.Sizes ?? [])).Distinct())}",
                "Give them the same strides and padding.");
        }
    }
}
