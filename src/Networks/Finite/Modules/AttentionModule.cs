namespace NeuralKernels.Networks;

// Notation (Hron et al. 2020), for one example with P positions
//   x        input, P x C                       x~       input with positional embeddings, P x C~
//   W_Q, W_K, W_V   weights of one head, C~ x n (values C x n where they do not see the embeddings); W_Q = W_K with linear scaling
//   S = c Q K^T,  Q = x~ W_Q,  K = x~ W_K       scores: c = Q_std K_std / (C~ n) with linear scaling, Q_std K_std / (C~ sqrt n) without
//   G = zeta(S)   attention weights             A = G V,  V = V_std / sqrt(C) x W_V
//   y = O_std / sqrt(H n) [A_1 .. A_H] W_O + b_std b

/// <summary>Self-attention with several heads.</summary>
internal sealed class AttentionModule : FiniteModule
{
    // Tied scores become deterministic as the key channels grow, untied ones average over heads: that is where the width goes.
    private const int TiedHeads = 4;
    private const int UntiedChannels = 4;

    private readonly AttentionMechanism _mechanism;
    private readonly bool _embedsValues;
    private readonly PositionEmbeddingMap? _embedding;
    private readonly AttentionHead[] _heads;
    private readonly double _scoreScale;
    private readonly double _valueScale;
    private readonly AffineMap _out;

    private AttentionModule(SelfAttention layer, PositionEmbeddingMap? embedding, AttentionHead[] heads, double scoreScale, double valueScale, AffineMap output)
    {
        _mechanism = layer.AttentionMechanism;
        _embedsValues = layer.ValPosEmb && embedding is not null;
        _embedding = embedding;
        _heads = heads;
        _scoreScale = scoreScale;
        _valueScale = valueScale;
        _out = output;
    }

    /// <summary>Makes the module and its parameters.</summary>
    public static AttentionModule Create(FiniteNetworkBuilder builder, SelfAttention layer, int positions, int outputs)
    {
        bool isTied = layer.LinearScaling;
        int count = isTied ? TiedHeads : outputs;
        int keys = isTied ? outputs : UntiedChannels;
        int values = isTied ? (outputs + TiedHeads - 1) / TiedHeads : UntiedChannels;
        int channels = builder.Channels.Actual;
        PositionEmbeddingMap? embedding = PositionEmbeddingMap.Create(builder, layer, positions);
        int embedded = embedding?.Channels ?? channels;
        int valueInputs = layer.ValPosEmb ? embedded : channels;
        AttentionHead[] heads = new AttentionHead[count];
        for (int h = 0; h < count; h++)
        {
            FiniteParameter key = builder.AddParameter((long)embedded * keys, 1);
            heads[h] = new AttentionHead(
                embedded, keys, isTied ? key : builder.AddParameter((long)embedded * keys, 1), key,
                valueInputs, values, builder.AddParameter((long)valueInputs * values, 1));
        }

        AffineMap output = new(
            count * values, outputs, builder.AddParameter((long)count * values * outputs, 1), layer.WOutStd / Math.Sqrt(count * values),
            layer.BStd is null ? null : builder.AddParameter(outputs, 1), layer.BStd ?? 0);
        double scoreScale = layer.WQueryStd * layer.WKeyStd / (embedded * (isTied ? keys : Math.Sqrt(keys)));
        return new AttentionModule(layer, embedding, heads, scoreScale, layer.WValueStd / Math.Sqrt(valueInputs), output);
    }

    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        Activations embedded = _embedding?.Apply(input, run) ?? input;
        Activations valueInput = _embedsValues ? embedded : input;
        HeadState[] states = Array.ConvertAll(_heads, head => head.Apply(embedded, valueInput, _scoreScale, _valueScale, _mechanism, run));
        int values = _heads[0].Values;
        double[] joined = new double[input.Positions * _out.Inputs];
        for (int h = 0; h < _heads.Length; h++)
        {
            for (int p = 0; p < input.Positions; p++)
                states[h].Result.AsSpan(p * values, values).CopyTo(joined.AsSpan(p * _out.Inputs + h * values));
        }

        Activations output = new(input.Positions, _out.Outputs, input.Exists);
        _out.Apply(joined, input.Positions, 0, run, output.Values);
        return new FiniteResult(output, gradient => Pull(input, embedded, valueInput, joined, states, gradient, run));
    }

    private Activations Pull(
        Activations input, Activations embedded, Activations valueInput, double[] joined, HeadState[] states, Activations gradient, FiniteRun run)
    {
        double[] gradientJoined = new double[joined.Length];
        _out.Pull(joined, gradient.Values, input.Positions, 0, run, gradientJoined);
        Activations result = new(input.Positions, input.Channels, input.Exists);
        Activations gradientEmbedded = _embedding is null ? result : new Activations(input.Positions, embedded.Channels, input.Exists);
        Activations gradientValues = _embedsValues ? gradientEmbedded : result;
        int values = _heads[0].Values;
        double[] part = new double[input.Positions * values];
        for (int h = 0; h < _heads.Length; h++)
        {
            for (int p = 0; p < input.Positions; p++)
                gradientJoined.AsSpan(p * _out.Inputs + h * values, values).CopyTo(part.AsSpan(p * values));
            _heads[h].Pull(embedded, valueInput, states[h], part, _scoreScale, _valueScale, _mechanism, run, gradientEmbedded.Values, gradientValues.Values);
        }

        _embedding?.Pull(gradientEmbedded.ClearMissing(), run, result);
        return result;
    }
}
