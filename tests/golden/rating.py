"""Independent ratings for tests/arena/rating.test.ts: fit by scipy, covariance by plain matrix algebra.

Run: python3 -m venv /tmp/golden && /tmp/golden/bin/pip install numpy scipy statsmodels
     /tmp/golden/bin/python tests/golden/rating.py > tests/golden/rating.json
"""

import json
import sys

import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import norm

SCALE = 400 / np.log(10)


def league(seed, agents, items, tasks, effect, fractional):
    rng = np.random.default_rng(seed)
    theta = rng.normal(0, 1.2, agents)
    rows = []
    for item in range(items):
        level = rng.normal(0, 1.2)
        for task in range(tasks):
            shared = rng.normal(0, effect)
            for agent in range(agents):
                p = expit(theta[agent] - level + shared)
                score = float(rng.random() < p)
                if fractional and rng.random() < 0.3:
                    score = round(float(rng.random()), 3)
                rows.append([agent, item, item * tasks + task, score])
    return rows


def fit(rows, agents, items, ridge):
    rows = np.array(rows)
    n, players = len(rows), agents + items
    design = np.zeros((n, players))
    design[np.arange(n), rows[:, 0].astype(int)] = 1
    design[np.arange(n), agents + rows[:, 1].astype(int)] = -1
    score, task = rows[:, 3], rows[:, 2].astype(int)

    def loss(x):
        d = design @ x
        value = np.sum(np.logaddexp(0, d) - score * d) + ridge / 2 * x @ x
        return value, design.T @ (expit(d) - score) + ridge * x

    def curvature(x):
        p = expit(design @ x)
        return design.T @ (design * (p * (1 - p))[:, None]) + ridge * np.eye(players)

    solution = minimize(
        loss, np.zeros(players), jac=True, hess=curvature, method="trust-exact", options={"gtol": 1e-11}
    )
    x = solution.x
    bread = np.linalg.inv(curvature(x))
    residual = score - expit(design @ x)
    groups = np.unique(task)
    per_task = np.array([design[task == g].T @ residual[task == g] for g in groups])
    factor = len(groups) / (len(groups) - 1)
    robust = bread @ (per_task.T @ per_task) @ bread * factor
    return x, bread, robust, design, score, task


def centred(agents, players):
    contrast = np.eye(players)
    contrast[:, :agents] -= 1 / agents
    return contrast


def rank_ranges(x, robust, agents):
    pairs = []
    for i in range(agents):
        for j in range(i):
            variance = robust[i, i] + robust[j, j] - 2 * robust[i, j]
            z = abs(x[i] - x[j]) / np.sqrt(variance)
            better, worse = (i, j) if x[i] > x[j] else (j, i)
            pairs.append((2 * norm.sf(z), better, worse))
    low, high = np.ones(agents, int), np.full(agents, agents)
    for k, (p, better, worse) in enumerate(sorted(pairs)):
        if p > 0.05 / (len(pairs) - k):
            break
        high[better] -= 1
        low[worse] += 1
    return low.tolist(), high.tolist()


def against_statsmodels(rows, agents, items):
    """Without ridge, differences and their clustered errors must be those of a logistic regression."""
    x, _, robust, design, score, task = fit(rows, agents, items, 1e-9)
    reduced = design[:, 1:]
    model = sm.GLM(score, reduced, family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": task, "use_correction": False}
    )
    factor = len(np.unique(task)) / (len(np.unique(task)) - 1)
    shift = np.eye(agents + items)[1:] - np.eye(agents + items)[0]
    np.testing.assert_allclose(x[1:] - x[0], model.params, atol=1e-5)
    np.testing.assert_allclose(shift @ robust @ shift.T, model.cov_params() * factor, rtol=2e-3, atol=1e-5)


def case(name, seed, agents, items, tasks, effect, fractional, ridge):
    rows = league(seed, agents, items, tasks, effect, fractional)
    x, _, robust, design, score, _ = fit(rows, agents, items, ridge)
    contrast = centred(agents, agents + items)
    rating = 1000 + SCALE * (contrast @ x)
    deviation = SCALE * np.sqrt(np.diag(contrast @ robust @ contrast.T))
    p = expit(design @ x)
    surprise = (score - p) ** 2 / (p * (1 - p))
    misfit = [float(surprise[design[:, agents + i] == -1].mean()) for i in range(items)]
    low, high = rank_ranges(x, robust, agents)
    z = norm.ppf(0.975)
    return {
        "name": name,
        "ridge": ridge,
        "rows": rows,
        "rating": rating.tolist(),
        "low": (rating - z * deviation).tolist(),
        "high": (rating + z * deviation).tolist(),
        "rankLow": low,
        "rankHigh": high,
        "misfit": misfit,
    }


against_statsmodels(league(3, 4, 3, 60, 0.8, False), 4, 3)
cases = [
    case("binary scores", 1, 5, 3, 25, 0.7, False, 0.05),
    case("fractional scores", 2, 4, 2, 20, 1.0, True, 0.01),
    case("strong ridge", 5, 6, 4, 12, 0.3, False, 1.0),
]
json.dump(cases, sys.stdout, separators=(",", ":"))
sys.stdout.write("\n")
