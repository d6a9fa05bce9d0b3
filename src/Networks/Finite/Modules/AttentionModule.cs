namespace NeuralKernels.Networks;

// Notation (Hron et al. 2020), for one example with P positions, gX the gradient with respect to X
//   x        input, P x C                       x~       input with positional embeddings, P x C~
//   Q = x~ W_Q,  K = x~ W_K,  V = V_std / sqrt(C) x W_V     the heads side by side, n_k or n_v channels each; W_Q = W_K with linear scaling
//   S = c Q K^T  scores of a head: c = Q_std K_std / (C~ n_k) with linear scaling, Q_std K_std / (C~ sqrt n_k) without
//   G = zeta(S)  attention weights of a head    A = G V
//   y = O_std / sqrt(H n_v) [A_1 .. A_H] W_O + b_std b

/// <summary>Self-attention with several heads.</summary>
internal sealed class AttentionModule : FiniteModule
{
    // Tied scores become deterministic as the key channels grow, untied ones average over heads: that is where the width goes.
    private const int TiedHeads = 4;
    private const int UntiedChannels = 4;

    private readonly AttentionMechanism _mechanism;
    private readonly bool _isTied;
    private readonly bool _embedsValues;
    private readonly PositionEmbeddingMap? _embedding;
    private readonly int _heads;
    private readonly int _keyChannels;
    private readonly int _valueChannels;
    private readonly double _scoreScale;
    private readonly AffineMap _query;
    private readonly AffineMap _key;
    private readonly AffineMap _value;
    private readonly AffineMap _out;

    /// <summary>Makes the module and its parameters.</summary>
    public AttentionModule(FiniteNetworkBuilder builder, SelfAttention layer, int positions, int outputs)
    {
        _mechanism = layer.AttentionMechanism;
        _isTied = layer.LinearScaling;
        _heads = _isTied ? TiedHeads : outputs;
        _keyChannels = _isTied ? outputs : UntiedChannels;
        _valueChannels = _isTied ? (outputs + TiedHeads - 1) / TiedHeads : UntiedChannels;
        int channels = builder.Channels.Actual;
        _embedding = PositionEmbeddingMap.Create(builder, layer, positions);
        _embedsValues = layer.ValPosEmb && _embedding is not null;
        int embedded = _embedding?.Channels ?? channels;
        int valueInputs = _embedsValues ? embedded : channels;
        _key = Map(embedded, _heads * _keyChannels, 1);
        _query = _isTied ? _key : Map(embedded, _heads * _keyChannels, 1);
        _value = Map(valueInputs, _heads * _valueChannels, layer.WValueStd / Math.Sqrt(valueInputs));
        _out = Map(_heads * _valueChannels, outputs, layer.WOutStd / Math.Sqrt(_heads * _valueChannels)) with
        {
            Biases = layer.BStd is null ? null : builder.AddParameter(outputs, 1),
            BiasScale = layer.BStd ?? 0,
        };
        _scoreScale = layer.WQueryStd * layer.WKeyStd / (embedded * (_isTied ? _keyChannels : Math.Sqrt(_keyChannels)));

        AffineMap Map(int inputs, int columns, double scale) =>
            new(inputs, columns, builder.AddParameter((long)inputs * columns, 1), scale, null, 0);
    }

    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        int n = input.Positions;
        Activations embedded = _embedding?.Apply(input, run) ?? input;
        Activations valueInput = _embedsValues ? embedded : input;
        Activations key = Linear(_key, embedded, run);
        Activations query = _isTied ? key : Linear(_query, embedded, run);
        Activations value = Linear(_value, valueInput, run);
        Activations joined = new(n, _out.Inputs, input.Exists);
        AttentionWeights[] weights = new AttentionWeights[_heads];
        for (int h = 0; h < _heads; h++)
        {
            double[] scores = new double[n * n];
            for (int p = 0; p < n; p++)
            {
                for (int j = 0; j < n; j++)
                    scores[p * n + j] = _scoreScale * Vectors.Dot(Keys(query, h, p), Keys(key, h, j));
            }

            weights[h] = new AttentionWeights(scores, input, _mechanism);
            for (int p = 0; p < n; p++)
            {
                for (int j = 0; j < n; j++)
                    Vectors.AddScaled(weights[h][p, j], Values(value, h, j), Values(joined, h, p));
            }
        }

        Activations output = Linear(_out, joined, run);
        return new FiniteResult(output, gradient => Pull(new Tape(input, embedded, valueInput, query, key, value, joined, weights), gradient, run));
    }

    private Activations Pull(Tape tape, Activations gradient, FiniteRun run)
    {
        int n = tape.Input.Positions;
        Activations gJoined = Zeros(tape.Joined), gValue = Zeros(tape.Value), gKey = Zeros(tape.Key), gQuery = Zeros(tape.Query);
        _out.Pull(tape.Joined.Values, gradient.Values, n, 0, run, gJoined.Values);
        double[] g = new double[n * n];
        for (int h = 0; h < _heads; h++)
        {
            for (int p = 0; p < n; p++)
            {
                for (int j = 0; j < n; j++)
                {
                    g[p * n + j] = Vectors.Dot(Values(gJoined, h, p), Values(tape.Value, h, j));
                    Vectors.AddScaled(tape.Weights[h][p, j], Values(gJoined, h, p), Values(gValue, h, j));
                }
            }

            tape.Weights[h].Pull(g);
            for (int p = 0; p < n; p++)
            {
                for (int j = 0; j < n; j++)
                {
                    Vectors.AddScaled(_scoreScale * g[p * n + j], Keys(tape.Key, h, j), Keys(gQuery, h, p));
                    Vectors.AddScaled(_scoreScale * g[p * n + j], Keys(tape.Query, h, p), Keys(gKey, h, j));
                }
            }
        }

        Activations result = Zeros(tape.Input);
        Activations gEmbedded = _embedding is null ? result : Zeros(tape.Embedded);
        AddPull(_query, tape.Embedded, gQuery, run, gEmbedded);
        AddPull(_key, tape.Embedded, gKey, run, gEmbedded);
        AddPull(_value, tape.ValueInput, gValue, run, _embedsValues ? gEmbedded : result);
        _embedding?.Pull(gEmbedded.ClearMissing(), run, result);
        return result;
    }

    private Span<double> Keys(Activations activations, int head, int position) => activations.At(position).Slice(head * _keyChannels, _keyChannels);

    private Span<double> Values(Activations activations, int head, int position) => activations.At(position).Slice(head * _valueChannels, _valueChannels);

    private static Activations Zeros(Activations like) => new(like.Positions, like.Channels, like.Exists);

    private static Activations Linear(AffineMap map, Activations input, FiniteRun run)
    {
        Activations result = new(input.Positions, map.Outputs, input.Exists);
        map.Apply(input.Values, input.Positions, 0, run, result.Values);
        return result;
    }

    private static void AddPull(AffineMap map, Activations input, Activations gradient, FiniteRun run, Activations gradientInput)
    {
        double[] part = new double[input.Values.Length];
        map.Pull(input.Values, gradient.Values, input.Positions, 0, run, part);
        Vectors.AddScaled(1, part, gradientInput.Values);
    }

    private sealed record Tape(
        Activations Input, Activations Embedded, Activations ValueInput, Activations Query, Activations Key, Activations Value, Activations Joined,
        AttentionWeights[] Weights);
}
