"""Makes golden.json: predictions, targets and the values that scikit-learn 1.2.1 and scipy 1.10.1 give for them.

Run with: python3 golden.py > golden.json
Scores are rounded to one or two decimals so that there are ties. r2, auroc, average_precision and spearman of real targets are averaged
over outputs without missing targets; nll and the expected calibration error are written out here from their definitions.
"""
import json

import numpy as np
from scipy import stats
from sklearn import metrics

random = np.random.RandomState(0)


def case(kind, mean, target, values, probabilities=None, variance=None, bins=None):
    def flat(a):
        return None if a is None else [None if np.isnan(v) else float(v) for v in np.asarray(a, dtype=float).ravel()]

    return dict(kind=kind, count=len(mean), outputs=mean.shape[1], mean=flat(mean), target=flat(target), probabilities=flat(probabilities),
                variance=flat(variance), bins=bins, values={k: float(v) for k, v in values.items()})


def calibration(p, y, bins):
    confidence, predicted = p.max(1), p.argmax(1)
    total = 0.0
    for m in range(bins):
        inside = (confidence > m / bins) & (confidence <= (m + 1) / bins)
        if inside.any():
            total += inside.mean() * abs((predicted[inside] == y[inside]).mean() - confidence[inside].mean())
    return total


def classes(n, c, bins):
    y = np.r_[np.arange(c), random.randint(c, size=n - c)]
    one_hot = np.eye(c)[y]
    mean = np.round(one_hot * 0.5 + random.randn(n, c) * 0.5, 1)
    p = np.exp(2 * (mean + 0.01 * random.randn(n, c)))
    p /= p.sum(1, keepdims=True)
    if c == 2:
        auroc, ap = metrics.roc_auc_score(y, mean[:, 1]), metrics.average_precision_score(y, mean[:, 1])
    else:
        auroc = np.mean([metrics.roc_auc_score(y == k, mean[:, k]) for k in range(c)])
        ap = metrics.average_precision_score(one_hot, mean, average='macro')
    return case('classes', mean, y, dict(
        accuracy=metrics.accuracy_score(y, mean.argmax(1)), mse=metrics.mean_squared_error(one_hot, mean), mae=metrics.mean_absolute_error(one_hot, mean),
        nll=metrics.log_loss(y, p), cross_entropy=metrics.log_loss(y, p), auroc=auroc, average_precision=ap,
        expected_calibration_error=calibration(p, y, bins)), probabilities=p, bins=bins)


def real(n, c, missing, binary):
    y = np.round(random.randn(n, c), 1)
    if binary:
        y = (y > 0.3).astype(float)
    mean = np.round(y + random.randn(n, c), 1)
    variance = 0.5 + random.rand(n, c)
    target = np.where(random.rand(n, c) < missing, np.nan, y)
    present = ~np.isnan(target)
    columns = [(mean[present[:, k], k], y[present[:, k], k]) for k in range(c)]
    values = dict(mse=metrics.mean_squared_error(y[present], mean[present]), mae=metrics.mean_absolute_error(y[present], mean[present]),
                  r2=np.mean([metrics.r2_score(t, p) for p, t in columns]), spearman=np.mean([stats.spearmanr(p, t)[0] for p, t in columns]),
                  nll=-stats.norm.logpdf(y, mean, np.sqrt(variance))[present].mean())
    if binary:
        values['auroc'] = np.mean([metrics.roc_auc_score(t, p) for p, t in columns])
        values['average_precision'] = np.mean([metrics.average_precision_score(t, p) for p, t in columns])
    return case('real', mean, target, values, variance=variance)


print(json.dumps([classes(40, 3, 15), classes(50, 2, 10), classes(60, 7, 4), real(30, 1, 0, False), real(40, 3, 0.3, False), real(50, 4, 0.4, True)]))
