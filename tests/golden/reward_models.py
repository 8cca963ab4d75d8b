"""Independent values for tests/rewards/{metrics,aggregation,shaping,labels}.test.ts: numpy and scikit-learn.

Run: python3 -m venv /tmp/golden && /tmp/golden/bin/pip install numpy scikit-learn
     /tmp/golden/bin/python tests/golden/reward_models.py > tests/golden/reward-models.json
"""

import itertools
import json

import numpy as np
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

rng = np.random.default_rng(20261128)


def judged():
    """Scores of several tasks with a level of their own: the pooled area differs from the area within tasks."""
    for sizes in [(4, 4, 4), (3, 8, 5, 2)]:
        items = []
        for task, size in enumerate(sizes):
            level = rng.random()
            right = rng.random(size) < level
            scores = np.clip(0.6 * level + 0.2 * right + 0.2 * rng.random(size), 0, 1).round(3)
            items += [{"task": task, "score": float(s), "right": bool(r)} for s, r in zip(scores, right)]
        truth, score = [i["right"] for i in items], [i["score"] for i in items]
        within = []
        for task in range(len(sizes)):
            own = [i for i in items if i["task"] == task]
            if len({i["right"] for i in own}) == 2:
                within.append(roc_auc_score([i["right"] for i in own], [i["score"] for i in own]))
        yield {
            "items": items,
            "pooled": float(roc_auc_score(truth, score)),
            "within": float(np.mean(within)),
            "brier": float(brier_score_loss(truth, score)),
        }


def process_bench():
    """Predictions by threshold, and the best harmonic mean over all thresholds."""
    cases = []
    for _ in range(40):
        steps = int(rng.integers(1, 7))
        label = int(rng.integers(-1, steps))
        scores = rng.random(steps).round(2)
        if label >= 0:
            scores[label] = round(scores[label] * 0.5, 2)
        cases.append({"scores": scores.tolist(), "label": label})
    values = sorted({s for c in cases for s in c["scores"]})
    by_threshold = []
    for threshold in [0.1, 0.25, 0.5, 0.9]:
        hits = {True: [], False: []}
        for c in cases:
            below = [k for k, s in enumerate(c["scores"]) if s < threshold]
            hits[c["label"] >= 0].append((below[0] if below else -1) == c["label"])
        error, correct = float(np.mean(hits[True])), float(np.mean(hits[False]))
        f1 = 0.0 if error + correct == 0 else 2 / (1 / error + 1 / correct) if error and correct else 0.0
        by_threshold.append({"threshold": threshold, "errorAccuracy": error, "correctAccuracy": correct, "f1": f1})
    best = 0.0
    for threshold in values + [a + 1e-6 for a in values]:
        hits = {True: [], False: []}
        for c in cases:
            below = [k for k, s in enumerate(c["scores"]) if s < threshold]
            hits[c["label"] >= 0].append((below[0] if below else -1) == c["label"])
        error, correct = np.mean(hits[True]), np.mean(hits[False])
        best = max(best, 0.0 if error + correct == 0 else 2 * error * correct / (error + correct))
    return {"cases": cases, "byThreshold": by_threshold, "best": float(best)}


def best_of_n():
    """Mean over pools of all subsets of size n."""
    pools = []
    for size in (6, 5, 7):
        proxy, gold = rng.permutation(100)[:size] / 100, (rng.random(size) < 0.5).astype(float)
        pools.append([{"proxy": float(p), "gold": float(g)} for p, g in zip(proxy, gold)])
    curve = []
    for n in (1, 2, 4, 5):
        means = []
        for pool in pools:
            chosen = [max(subset, key=lambda c: c["proxy"]) for subset in itertools.combinations(pool, n)]
            means.append((np.mean([c["proxy"] for c in chosen]), np.mean([c["gold"] for c in chosen])))
        proxy, gold = np.mean(means, axis=0)
        curve.append({"n": n, "proxy": float(proxy), "gold": float(gold), "kl": float(np.log(n) - (n - 1) / n)})
    return {"pools": pools, "curve": curve}


def softmin():
    for rewards, temperature in [([0.9, 0.2, 0.5], 0.1), ([1.0, -1.0, 0.0, -1.0], 0.5), ([3.0], 1.0)]:
        r = np.array(rewards)
        w = np.exp(-r / temperature)
        yield {"rewards": rewards, "temperature": temperature, "transformed": (w / w.sum() * r).tolist()}


def prime():
    """Advantages of PRIME's equation 5, written with explicit loops."""
    group = [[0.1, -0.2, 0.3], [0.05], [-0.4, 0.2], [0.0, 0.1, 0.1, 0.2]]
    outcomes = [1.0, 0.0, 0.0, 1.0]
    result = []
    for gamma in (1.0, 0.9):
        advantages = []
        for i, rewards in enumerate(group):
            others = [j for j in range(len(group)) if j != i]
            base = sum(np.mean(group[j]) for j in others) / len(others)
            out = outcomes[i] - sum(outcomes[j] for j in others) / len(others)
            advantages.append(
                [float(sum(gamma ** (s - t) * (rewards[s] - base) for s in range(t, len(rewards))) + out) for t in range(len(rewards))]
            )
        result.append({"gamma": gamma, "advantages": advantages})
    return {"group": [{"tokenRewards": r, "outcome": o} for r, o in zip(group, outcomes)], "of": result}


def expert():
    """log D, -log(1 - D) and the logit, by numpy at float64."""
    for x in (-30.0, -2.0, 0.0, 0.7, 30.0):
        yield {"logit": x, "log-d": float(-np.logaddexp(0, -x)), "minus-log-not-d": float(np.logaddexp(0, x))}


def rest_values():
    steps = [(3, 0), (2, 0), (3, 1), (2, 0), (1, 0), (0, 0)]
    value, values = 0.0, []
    for left, wrong in steps:
        weight = (1 - value) / (left + 1) * (1 - 2 * wrong)
        value = max(value + weight, 0.0)
        values.append(value)
    return {"steps": [{"stepsLeft": m, "wrong": bool(r)} for m, r in steps], "values": values}


def implicit_loss():
    """Cross-entropy of the sigmoid of beta times summed log-ratios, and its gradient by the summed log-probability."""
    logprobs, ref, labels, beta = np.array([-3.0, -7.5, -1.2, -20.0]), np.array([-4.0, -6.0, -1.5, -18.0]), [1, 0, 1, 0], 0.4
    p = 1 / (1 + np.exp(-beta * (logprobs - ref)))
    return {
        "logprobs": logprobs.tolist(), "refLogprobs": ref.tolist(), "labels": [float(y) for y in labels], "beta": beta,
        "value": float(log_loss(labels, p)), "gradient": (beta * (p - labels) / 4).tolist(),
    }


print(
    json.dumps(
        {
            "judged": list(judged()),
            "processBench": process_bench(),
            "bestOfN": best_of_n(),
            "softmin": list(softmin()),
            "prime": prime(),
            "expert": list(expert()),
            "rest": rest_values(),
            "implicitLoss": implicit_loss(),
        }
    )
)
