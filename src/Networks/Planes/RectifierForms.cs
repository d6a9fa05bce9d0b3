namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs and RectifierFormula.cs.

/// <summary>What the loops over a plane read and write beside K: compiled for each form.</summary>
internal interface IRectifierForm
{
    /// <summary>Whether entries have a T.</summary>
    static abstract bool HasTangents { get; }

    /// <summary>Whether T is read; before the first affine layer it is 0 and not stored.</summary>
    static abstract bool ReadsTangents { get; }

    /// <summary>Whether the affine map is one of the NTK parameterization: alpha = 1 and beta_T = beta.</summary>
    static abstract bool IsNtk { get; }

    /// <summary>Whether results are multiplied by the weights of their positions.</summary>
    static virtual bool IsWeighted => false;
}

/// <summary>A form with weights of positions.</summary>
internal readonly struct Weighted<TForm> : IRectifierForm
    where TForm : struct, IRectifierForm
{
    public static bool HasTangents => TForm.HasTangents;

    public static bool ReadsTangents => TForm.ReadsTangents;

    public static bool IsNtk => TForm.IsNtk;

    public static bool IsWeighted => true;
}

/// <summary>K alone.</summary>
internal readonly struct CovarianceForm : IRectifierForm
{
    public static bool HasTangents => false;

    public static bool ReadsTangents => false;

    public static bool IsNtk => true;
}

/// <summary>K and T of the NTK parameterization, the input's T is 0.</summary>
internal readonly struct FirstNtkForm : IRectifierForm
{
    public static bool HasTangents => true;

    public static bool ReadsTangents => false;

    public static bool IsNtk => true;
}

/// <summary>K and T of the NTK parameterization.</summary>
internal readonly struct NtkForm : IRectifierForm
{
    public static bool HasTangents => true;

    public static bool ReadsTangents => true;

    public static bool IsNtk => true;
}

/// <summary>K and T of any affine map.</summary>
internal readonly struct AffineForm : IRectifierForm
{
    public static bool HasTangents => true;

    public static bool ReadsTangents => true;

    public static bool IsNtk => false;
}
