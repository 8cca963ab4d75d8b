"""Independent statistics for tests/rewards/checks-models.test.ts: scipy, scikit-learn, and plain enumeration.

Run: python3 -m venv /tmp/golden && /tmp/golden/bin/pip install numpy scipy scikit-learn
     /tmp/golden/bin/python tests/golden/model_statistics.py > tests/golden/model-statistics.json
"""

import itertools
import json

import numpy as np
from scipy.stats import binom, binomtest, spearmanr
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(20261128)


def wilson():
    for k, n in [(0, 10), (1, 1), (7, 20), (50, 100), (999, 1000)]:
        interval = binomtest(k, n).proportion_ci(method="wilson")
        yield {"k": k, "n": n, "low": float(interval.low), "high": float(interval.high)}


def binomial():
    for k, n, p in [(0, 5, 0.5), (20, 20, 0.5), (3, 40, 0.25), (17, 30, 0.6), (90, 200, 0.31), (5, 5, 0.99)]:
        yield {
            "k": k,
            "n": n,
            "p": p,
            "atLeast": float(binom.sf(k - 1, n, p)),
            "twoSided": float(binomtest(k, n, p).pvalue),
        }


def spearman():
    for n, values in [(5, 100), (30, 8), (60, 3)]:
        a, b = rng.integers(0, values, n), rng.integers(0, values, n)
        yield {"a": a.tolist(), "b": b.tolist(), "r": float(spearmanr(a, b).statistic)}


def auc():
    for n, values in [(8, 100), (40, 5)]:
        scores, right = rng.integers(0, values, n) / values, rng.random(n) < 0.4
        right[0], right[1] = True, False
        yield {"scores": scores.tolist(), "right": right.tolist(), "auc": float(roc_auc_score(right, scores))}


def slopes():
    """Ordinary least squares with one dummy per group."""
    groups = [(rng.random(n), rng.random(n)) for n in (2, 5, 5, 9)]
    x = np.concatenate([x for x, _ in groups])
    y = np.concatenate([y for _, y in groups])
    dummies = np.repeat(np.eye(len(groups)), [len(x) for x, _ in groups], axis=0)
    slope = np.linalg.lstsq(np.column_stack([x, dummies]), y, rcond=None)[0][0]
    yield {"groups": [{"x": x.tolist(), "y": y.tolist()} for x, y in groups], "slope": float(slope)}


def calibration():
    scores = rng.random(50)
    right = rng.random(50) < scores**2
    bins = np.minimum(9, np.floor(scores * 10).astype(int))
    error = sum(abs(scores[bins == b].sum() - right[bins == b].sum()) for b in range(10)) / 50
    yield {"scores": scores.tolist(), "right": right.tolist(), "error": float(error)}


def best_of_n():
    """All subsets of the pool; of those that the proxy likes equally, the mean."""
    for size, values in [(6, 100), (8, 4)]:
        proxy, gold = rng.integers(0, values, size) / values, rng.random(size).round(3)
        curve = []
        for n in range(1, size + 1):
            means = []
            for chosen in itertools.combinations(range(size), n):
                top = max(proxy[i] for i in chosen)
                means.append((top, np.mean([gold[i] for i in chosen if proxy[i] == top])))
            curve.append({"n": n, "proxy": float(np.mean([a for a, _ in means])), "gold": float(np.mean([b for _, b in means]))})
        yield {"pool": [{"proxy": float(a), "gold": float(b)} for a, b in zip(proxy, gold)], "curve": curve}


print(
    json.dumps(
        {
            "wilson": list(wilson()),
            "binomial": list(binomial()),
            "spearman": list(spearman()),
            "auc": list(auc()),
            "slope": list(slopes()),
            "calibration": list(calibration()),
            "bestOfN": list(best_of_n()),
        }
    )
)
