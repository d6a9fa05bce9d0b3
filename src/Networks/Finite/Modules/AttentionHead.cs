namespace NeuralKernels.Networks;

// Notation as in AttentionModule.cs; gX is the gradient with respect to X.

/// <summary>What a head computed for one example.</summary>
internal sealed record HeadState(double[] Query, double[] Key, double[] Value, double[] Scores, double[] Weights, double[] Result);

/// <summary>One head of attention.</summary>
internal sealed record AttentionHead(
    int Inputs, int Keys, FiniteParameter Query, FiniteParameter Key, int ValueInputs, int Values, FiniteParameter Value)
{
    /// <summary>G V.</summary>
    public HeadState Apply(Activations x, Activations valueInput, double scoreScale, double valueScale, AttentionMechanism mechanism, FiniteRun run)
    {
        int n = x.Positions;
        double[] query = Product(1, x.Values, n, Inputs, run[Query], Keys);
        double[] key = Query == Key ? query : Product(1, x.Values, n, Inputs, run[Key], Keys);
        double[] value = Product(valueScale, valueInput.Values, n, ValueInputs, run[Value], Values);
        double[] scores = new double[n * n];
        Matrices.Multiply(scoreScale, query, (n, Keys), false, key, (n, Keys), true, 0, scores);
        double[] weights = WeightsOf(scores, x, mechanism);
        return new HeadState(query, key, value, scores, weights, Product(1, weights, n, n, value, Values));
    }

    /// <summary>Adds the gradients of the weights and of both inputs.</summary>
    public void Pull(
        Activations x, Activations valueInput, HeadState state, double[] gradient, double scoreScale, double valueScale,
        AttentionMechanism mechanism, FiniteRun run, double[] gradientX, double[] gradientValueInput)
    {
        int n = x.Positions;
        double[] gWeights = new double[n * n], gValue = new double[n * Values];
        Matrices.Multiply(1, gradient, (n, Values), false, state.Value, (n, Values), true, 0, gWeights);
        Matrices.Multiply(1, state.Weights, (n, n), true, gradient, (n, Values), false, 0, gValue);
        AddLinear(valueScale, valueInput.Values, n, ValueInputs, Value, Values, gValue, run, gradientValueInput);

        PullWeights(state, x, mechanism, gWeights);
        double[] gQuery = new double[n * Keys], gKey = new double[n * Keys];
        Matrices.Multiply(scoreScale, gWeights, (n, n), false, state.Key, (n, Keys), false, 0, gQuery);
        Matrices.Multiply(scoreScale, gWeights, (n, n), true, state.Query, (n, Keys), false, 0, gKey);
        AddLinear(1, x.Values, n, Inputs, Query, Keys, gQuery, run, gradientX);
        AddLinear(1, x.Values, n, Inputs, Key, Keys, gKey, run, gradientX);
    }

    private static double[] Product(double scale, ReadOnlySpan<double> a, int rows, int inner, ReadOnlySpan<double> b, int columns)
    {
        double[] result = new double[rows * columns];
        Matrices.Multiply(scale, a, (rows, inner), false, b, (inner, columns), false, 0, result);
        return result;
    }

    private static void AddLinear(
        double scale, double[] x, int rows, int inputs, FiniteParameter weights, int outputs, double[] gradient, FiniteRun run, double[] gradientX)
    {
        Matrices.Multiply(scale, x, (rows, inputs), true, gradient, (rows, outputs), false, 1, run.Gradient(weights));
        Matrices.Multiply(scale, gradient, (rows, outputs), false, run[weights], (inputs, outputs), true, 1, gradientX);
    }

    private static double[] WeightsOf(double[] scores, Activations x, AttentionMechanism mechanism)
    {
        int n = x.Positions;
        double[] weights = new double[n * n];
        for (int p = 0; p < n; p++)
        {
            ReadOnlySpan<double> row = scores.AsSpan(p * n, n);
            double max = double.NegativeInfinity;
            for (int j = 0; j < n; j++)
                max = x.Has(j) ? Math.Max(max, row[j]) : max;
            double sum = 0;
            for (int j = 0; j < n; j++)
            {
                double weight = !x.Has(j) ? 0 : mechanism switch
                {
                    AttentionMechanism.Softmax => Math.Exp(row[j] - max),
                    AttentionMechanism.Abs => Math.Abs(row[j]),
                    AttentionMechanism.Relu => Math.Max(row[j], 0),
                    _ => row[j],
                };
                weights[p * n + j] = weight;
                sum += weight;
            }

            for (int j = 0; j < n && mechanism == AttentionMechanism.Softmax; j++)
                weights[p * n + j] /= sum;
        }

        return weights;
    }

    // From the gradient of G to that of S, in place.
    private static void PullWeights(HeadState state, Activations x, AttentionMechanism mechanism, double[] gradient)
    {
        int n = x.Positions;
        for (int p = 0; p < n; p++)
        {
            Span<double> row = gradient.AsSpan(p * n, n);
            ReadOnlySpan<double> weights = state.Weights.AsSpan(p * n, n);
            double mean = mechanism == AttentionMechanism.Softmax ? Vectors.Dot(weights, row) : 0;
            for (int j = 0; j < n; j++)
            {
                double score = state.Scores[p * n + j];
                row[j] = !x.Has(j) ? 0 : mechanism switch
                {
                    AttentionMechanism.Softmax => weights[j] * (row[j] - mean),
                    AttentionMechanism.Abs => score < 0 ? -row[j] : row[j],
                    AttentionMechanism.Relu => score < 0 ? 0 : row[j],
                    _ => row[j],
                };
            }
        }
    }
}
