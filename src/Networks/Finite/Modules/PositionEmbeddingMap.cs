namespace NeuralKernels.Networks;

// Notation: E the embeddings, positions x C_e, drawn from N(0, 1) and trained; s W_pos_emb_std
//   SUM      x~ = x + s E                                     (C_e = C)
//   CONCAT   x~ = [a x, e s E], a and e such that mean squares over the channels are weighted by the stated widths

/// <summary>Positional embeddings of attention.</summary>
internal sealed class PositionEmbeddingMap
{
    private readonly FiniteParameter _embeddings;
    private readonly int _embeddingChannels;
    private readonly int _offset;
    private readonly double _inputScale;
    private readonly double _embeddingScale;

    private PositionEmbeddingMap(int channels, FiniteParameter embeddings, int embeddingChannels, int offset, double inputScale, double embeddingScale)
    {
        Channels = channels;
        _embeddings = embeddings;
        _embeddingChannels = embeddingChannels;
        _offset = offset;
        _inputScale = inputScale;
        _embeddingScale = embeddingScale;
    }

    /// <summary>Channels of x~.</summary>
    public int Channels { get; }

    /// <summary>Makes the map and its parameters; null where there are no embeddings.</summary>
    public static PositionEmbeddingMap? Create(FiniteNetworkBuilder builder, SelfAttention layer, int positions)
    {
        FiniteChannels input = builder.Channels;
        switch (layer.PosEmbType)
        {
            case PositionEmbedding.Sum:
                return new PositionEmbeddingMap(
                    input.Actual, builder.AddParameter((long)positions * input.Actual, 1), input.Actual, 0, 1, layer.WPosEmbStd);
            case PositionEmbedding.Concat:
                FiniteChannels own = layer.NChanPosEmb is { } stated ? builder.Width(stated) : input;
                double share = (double)input.Stated / ((double)input.Stated + own.Stated);
                int total = checked(input.Actual + own.Actual);
                return new PositionEmbeddingMap(
                    total, builder.AddParameter((long)positions * own.Actual, 1), own.Actual, input.Actual,
                    Math.Sqrt(share * total / input.Actual), layer.WPosEmbStd * Math.Sqrt((1 - share) * total / own.Actual));
            default:
                return null;
        }
    }

    /// <summary>x~.</summary>
    public Activations Apply(Activations input, FiniteRun run)
    {
        Activations result = new(input.Positions, Channels, input.Exists);
        ReadOnlySpan<double> embeddings = run[_embeddings];
        for (int p = 0; p < input.Positions; p++)
        {
            Vectors.AddScaled(_inputScale, input.At(p), result.At(p)[..input.Channels]);
            Vectors.AddScaled(
                _embeddingScale, embeddings.Slice(p * _embeddingChannels, _embeddingChannels), result.At(p).Slice(_offset, _embeddingChannels));
        }

        return result.ClearMissing();
    }

    /// <summary>Adds the gradients of the embeddings and of the input.</summary>
    public void Pull(Activations gradient, FiniteRun run, Activations gradientInput)
    {
        Span<double> embeddings = run.Gradient(_embeddings);
        for (int p = 0; p < gradient.Positions; p++)
        {
            Vectors.AddScaled(_inputScale, gradient.At(p)[..gradientInput.Channels], gradientInput.At(p));
            Vectors.AddScaled(
                _embeddingScale, gradient.At(p).Slice(_offset, _embeddingChannels), embeddings.Slice(p * _embeddingChannels, _embeddingChannels));
        }
    }
}
