namespace NeuralKernels.Networks;

// Notation: S scores, G = zeta(S) weights, of all queries p (rows) and keys j of one head; gX the gradient with respect to X.

/// <summary>What attention scores become as weights: keys that do not exist have the weight 0.</summary>
internal sealed class AttentionWeights
{
    private readonly double[] _scores;
    private readonly double[] _weights;
    private readonly Activations _keys;
    private readonly AttentionMechanism _mechanism;
    private readonly int _count;

    public AttentionWeights(double[] scores, Activations keys, AttentionMechanism mechanism)
    {
        _scores = scores;
        _keys = keys;
        _mechanism = mechanism;
        _count = keys.Positions;
        _weights = new double[scores.Length];
        for (int p = 0; p < _count; p++)
            SetRow(scores.AsSpan(p * _count, _count), _weights.AsSpan(p * _count, _count));
    }

    public double this[int query, int key] => _weights[query * _count + key];

    /// <summary>From gG to gS, in place.</summary>
    public void Pull(double[] gradient)
    {
        for (int p = 0; p < _count; p++)
        {
            Span<double> row = gradient.AsSpan(p * _count, _count);
            ReadOnlySpan<double> weights = _weights.AsSpan(p * _count, _count);
            double mean = _mechanism == AttentionMechanism.Softmax ? Vectors.Dot(weights, row) : 0;
            for (int j = 0; j < _count; j++)
            {
                double score = _scores[p * _count + j];
                row[j] = !_keys.Has(j) ? 0 : _mechanism switch
                {
                    AttentionMechanism.Softmax => weights[j] * (row[j] - mean),
                    AttentionMechanism.Abs => score < 0 ? -row[j] : row[j],
                    AttentionMechanism.Relu => score < 0 ? 0 : row[j],
                    _ => row[j],
                };
            }
        }
    }

    private void SetRow(ReadOnlySpan<double> scores, Span<double> weights)
    {
        double max = double.NegativeInfinity;
        for (int j = 0; j < _count; j++)
            max = _keys.Has(j) ? Math.Max(max, scores[j]) : max;
        double sum = 0;
        for (int j = 0; j < _count; j++)
        {
            weights[j] = !_keys.Has(j) ? 0 : _mechanism switch
            {
                AttentionMechanism.Softmax => Math.Exp(scores[j] - max),
                AttentionMechanism.Abs => Math.Abs(scores[j]),
                AttentionMechanism.Relu => Math.Max(scores[j], 0),
                _ => scores[j],
            };
            sum += weights[j];
        }

        for (int j = 0; j < _count && _mechanism == AttentionMechanism.Softmax; j++)
            weights[j] /= sum;
    }
}
