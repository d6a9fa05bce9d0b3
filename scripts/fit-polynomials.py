#!/usr/bin/env python3
"""Fits the polynomials of src/Compute/Reals/ArcFunctions.cs, src/Networks/Duals/DualMath.cs and src/Networks/Planes/RectifierFormula.cs and prints their coefficients and relative errors.

Chebyshev interpolation in 60 digits, converted to monomials; G of float64 as a quotient of polynomials in w - 1/2. Needs mpmath (Debian: python3-mpmath).

  Q(w) = acos(1 - w) / (pi sqrt(w))                       on [0, 1]: k0(-u) = sqrt(w) Q(w), w = 1 - u
  P(w) = (sin t - (1 - w) t) / (pi w sqrt(w)), cos t = 1-w on [0, 1]: k1(-u) = w sqrt(w) P(w)
  R(y) = asin(sqrt(y)) / sqrt(y)                          on [0, 1/4]: asin(u) = u R(u^2) for |u| <= 1/2
  G(w) = acos(1 - w) / sqrt(w (2 - w))                    on [0, 1]: t = sin(t) G(w) for the angle t, w = 1 - cos t
  H(y) = tanh(sqrt(y)) / sqrt(y)                          on [0, 1/4]: tanh(x) = x H(x^2) for |x| <= 1/2
"""
from mpmath import mp, mpf, acos, asin, cos, lu_solve, matrix, pi, sin, sqrt, tanh

mp.dps = 60


def q(w):
    return sqrt(2) / pi if w == 0 else acos(1 - w) / (pi * sqrt(w))


def p(w):
    if w == 0:
        return 2 * sqrt(2) / (3 * pi)
    t = acos(1 - w)
    return (sin(t) - (1 - w) * t) / (pi * w * sqrt(w))


def r(y):
    return mpf(1) if y == 0 else asin(sqrt(y)) / sqrt(y)


def g(w):
    return mpf(1) if w == 0 else acos(1 - w) / sqrt(w * (2 - w))


def h(y):
    return mpf(1) if y == 0 else tanh(sqrt(y)) / sqrt(y)


def fit(f, hi, degree):
    n = degree + 1
    nodes = [cos(pi * (2 * k + 1) / (2 * n)) for k in range(n)]
    values = [f((x + 1) / 2 * hi) for x in nodes]
    cheb = [2 * sum(v * cos(j * pi * (2 * k + 1) / (2 * n)) for k, v in enumerate(values)) / n for j in range(n)]
    cheb[0] /= 2
    # Chebyshev polynomials of x = 2 w / hi - 1 as monomials of w
    x = [mpf(-1), 2 / mpf(hi)]
    t0, t1 = [mpf(1)], x
    total = [mpf(0)] * n
    for j in range(n):
        t = t0 if j == 0 else t1
        for i, c in enumerate(t):
            total[i] += cheb[j] * c
        if j >= 1:
            nxt = [mpf(0)] * (len(t1) + 1)
            for i, c in enumerate(t1):
                nxt[i] += 2 * x[0] * c
                nxt[i + 1] += 2 * x[1] * c
            for i, c in enumerate(t0):
                nxt[i] -= c
            t0, t1 = t1, nxt
    return total


def error(f, hi, coefficients):
    worst = mpf(0)
    for i in range(1, 400):
        w = mpf(hi) * i / 400
        approx = mpf(0)
        for c in reversed(coefficients):
            approx = approx * w + c
        worst = max(worst, abs(approx / f(w) - 1))
    return worst


for name, f, hi, single, double in (("Q", q, 1, 6, 18), ("P", p, 1, 5, 17), ("R", r, 0.25, 5, 12), ("H", h, 0.25, 4, 9)):
    for degree in (single, double):
        c = fit(f, hi, degree)
        print(f"// {name}, degree {degree}: relative error {mp.nstr(error(f, hi, c), 2)}")
        print(", ".join(mp.nstr(v, 20) for v in c))

c = fit(g, 1, 8)
print(f"// G, degree 8: relative error {mp.nstr(error(g, 1, c), 2)}")
print(", ".join(mp.nstr(v, 20) for v in c))


def quotient(f, degree):
    """P(x) / Q(x) = f(x + 1/2) at Chebyshev nodes of [-1/2, 1/2], Q(0) = 1."""
    n = 2 * degree + 1
    nodes = [cos(pi * (2 * k + 1) / (2 * n)) / 2 for k in range(n)]
    a, b = matrix(n, n), matrix(n, 1)
    for i, x in enumerate(nodes):
        value = f(x + mpf(1) / 2)
        for j in range(degree + 1):
            a[i, j] = x ** j
        for j in range(1, degree + 1):
            a[i, degree + j] = -value * x ** j
        b[i] = value
    solution = lu_solve(a, b)
    return [solution[j] for j in range(degree + 1)], [mpf(1)] + [solution[degree + j] for j in range(1, degree + 1)]


p6, q6 = quotient(g, 6)
rounded = [[mpf(float(v)) for v in part] for part in (p6, q6)]
worst = max(
    abs(sum(c * x ** j for j, c in enumerate(rounded[0])) / sum(c * x ** j for j, c in enumerate(rounded[1])) / g(x + mpf(1) / 2) - 1)
    for x in (mpf(i) / 1000 - mpf(1) / 2 for i in range(1001)))
print(f"// G, degrees 6 and 6: relative error {mp.nstr(worst, 2)} with rounded coefficients; numerator, denominator")
for part in (p6, q6):
    print(", ".join(mp.nstr(v, 17) for v in part))
