"""Independent advantages for tests/agents/learning: plain numpy, written from the papers' formulas.

Run: python3 -m venv /tmp/golden && /tmp/golden/bin/pip install numpy
     /tmp/golden/bin/python tests/golden/learning.py > tests/golden/learning.json
"""

import json

import numpy as np

rng = np.random.default_rng(2412)


def rollouts():
    rows = []
    for group in range(3):
        for _ in range(4):
            length = int(rng.integers(1, 7))
            ends = sorted(rng.choice(length, size=min(length, 2), replace=False).tolist())
            rows.append(
                {
                    "group": group,
                    "length": length,
                    "outcome": round(float(rng.random()), 3),
                    "steps": [[e, round(float(rng.random()), 3)] for e in ends],
                    "logprobs": rng.uniform(-3, -0.1, length).round(3).tolist(),
                    "ref": rng.uniform(-3, -0.1, length).round(3).tolist(),
                    "now": rng.uniform(-3, -0.1, length).round(3).tolist(),
                    "values": rng.uniform(-1, 1, length).round(3).tolist(),
                }
            )
    return rows


ROWS = rollouts()
GROUPS = [[i for i, r in enumerate(ROWS) if r["group"] == g] for g in range(3)]
LENGTHS = np.array([r["length"] for r in ROWS])


def flat(per_row):
    return [[float(v) for v in row] for row in per_row]


def constant_along(values):
    return flat([np.full(LENGTHS[i], v) for i, v in enumerate(values)])


def outcome_wise(transform):
    out = np.zeros(len(ROWS))
    for members in GROUPS:
        out[members] = transform(np.array([ROWS[i]["outcome"] for i in members]))
    return out


def grpo(eps):
    return lambda r: (r - r.mean()) / (r.std(ddof=1) + eps)


def loo(r):
    return np.array([r[i] - np.delete(r, i).mean() for i in range(len(r))])


def process_to_go(transform_rows, form="sum"):
    """Baseline over a group's step rewards, then for each token the sum over steps that end at it or later."""
    out = [np.zeros(n) for n in LENGTHS]
    for members in GROUPS:
        rewards = []
        for i in members:
            r = np.array([reward for _, reward in ROWS[i]["steps"]])
            if form == "min":
                k = int(r.argmin())
                r = np.array([v if j == k else 0.0 for j, v in enumerate(r)])
            rewards.append(r)
        for i, row in zip(members, transform_rows(rewards)):
            for t in range(LENGTHS[i]):
                out[i][t] = sum(a for (end, _), a in zip(ROWS[i]["steps"], row) if end >= t)
    return out


def grpo_rows(rewards, eps=1e-4):
    everything = np.concatenate(rewards)
    return [(r - everything.mean()) / (everything.std(ddof=1) + eps) for r in rewards]


def loo_rows(rewards):
    result = []
    for i, r in enumerate(rewards):
        others = np.concatenate([x for j, x in enumerate(rewards) if j != i])
        result.append(r - others.mean())
    return result


def plus(values, per_row):
    return flat([per_row[i] + values[i] for i in range(len(ROWS))])


def whiten(per_row):
    everything = np.concatenate(per_row)
    return [(r - everything.mean()) / np.sqrt(everything.var(ddof=1) + 1e-8) for r in per_row]


def terminal(beta=0.0):
    out = []
    for r in ROWS:
        token = -beta * (np.array(r["logprobs"]) - np.array(r["ref"]))
        token[-1] += r["outcome"]
        out.append(token)
    return out


def to_go(tokens, gamma):
    out = []
    for r in tokens:
        n = len(r)
        out.append(np.array([sum(gamma ** (s - t) * r[s] for s in range(t, n)) for t in range(n)]))
    return out


def gae(tokens, gamma, lam):
    """Sum of discounted TD errors, written out: no recursion shared with the code under test."""
    advantages = []
    for r, row in zip(tokens, ROWS):
        v = np.append(np.array(row["values"]), 0.0)
        delta = r + gamma * v[1:] - v[:-1]
        n = len(r)
        advantages.append(
            np.array([sum((gamma * lam) ** (s - t) * delta[s] for s in range(t, n)) for t in range(n)])
        )
    return advantages


def overlong(length, most=5, cache=3):
    if length <= most - cache:
        return 0.0
    return (most - cache - length) / cache if length <= most else -1.0


def dapo():
    out = np.zeros(len(ROWS))
    for members in GROUPS:
        r = np.array([ROWS[i]["outcome"] + overlong(ROWS[i]["length"]) for i in members])
        out[members] = grpo(1e-4)(r)
    return constant_along(out)


def rloo_kl(beta):
    out = np.zeros(len(ROWS))
    for members in GROUPS:
        r = np.array(
            [
                ROWS[i]["outcome"] - beta * (np.array(ROWS[i]["logprobs"]) - np.array(ROWS[i]["ref"])).sum()
                for i in members
            ]
        )
        out[members] = loo(r)
    return constant_along(out)


def gspo_min():
    out = np.zeros(len(ROWS))
    for members in GROUPS:
        r = np.array([ROWS[i]["outcome"] + min(v for _, v in ROWS[i]["steps"]) for i in members])
        out[members] = grpo(1e-4)(r)
    return constant_along(out)


def cispo():
    a = outcome_wise(grpo(1e-4))
    out = []
    for i, r in enumerate(ROWS):
        ratio = np.exp(np.array(r["now"]) - np.array(r["logprobs"]))
        out.append(np.minimum(ratio, 1.28) * a[i])
    return flat(out)


A = gae(terminal(0.05), 0.9, 0.8)
toks = to_go(terminal(), 1.0)
steps_baseline = np.concatenate(
    [
        [ROWS[i]["outcome"] + sum(v for e, v in ROWS[i]["steps"] if e >= end) for end, _ in ROWS[i]["steps"]]
        for i in range(len(ROWS))
    ]
).mean()
reinforce_steps = [
    np.array(
        [ROWS[i]["outcome"] + sum(v for e, v in ROWS[i]["steps"] if e >= t) for t in range(LENGTHS[i])]
    )
    - steps_baseline
    for i in range(len(ROWS))
]
centred_tokens = [np.full(LENGTHS[i], v) for i, v in enumerate(outcome_wise(lambda r: r - r.mean()))]


print(
    json.dumps(
        {
            "rollouts": ROWS,
            "advantages": {
                "REINFORCE": flat([t - np.mean([r["outcome"] for r in ROWS]) for t in toks]),
                "REINFORCE with steps": flat(reinforce_steps),
                "REINFORCE++": flat(whiten(to_go(terminal(0.1), 0.95))),
                "REINFORCE++-baseline": flat(whiten(centred_tokens)),
                "RLOO": constant_along(outcome_wise(loo)),
                "RLOO with KL": rloo_kl(0.05),
                "RLOO with steps": plus(outcome_wise(loo), process_to_go(loo_rows)),
                "RLOO with the worst step": plus(outcome_wise(loo), process_to_go(loo_rows, "min")),
                "PPO": flat(whiten(A)),
                "GRPO": constant_along(outcome_wise(grpo(1e-4))),
                "GRPO with steps": plus(outcome_wise(grpo(1e-4)), process_to_go(grpo_rows)),
                "Dr. GRPO": constant_along(outcome_wise(lambda r: r - r.mean())),
                "DAPO": dapo(),
                "GSPO with the worst step": gspo_min(),
                "CISPO": cispo(),
                "MaxRL": constant_along(outcome_wise(lambda r: (r - r.mean()) / r.mean())),
            },
            "ppoReturns": flat([a + np.array(r["values"]) for a, r in zip(A, ROWS)]),
            "tokenWeights": {
                "sequence": (1 / (len(ROWS) * LENGTHS)).tolist(),
                "token": np.full(len(ROWS), 1 / LENGTHS.sum()).tolist(),
                "constant": np.full(len(ROWS), 1 / (len(ROWS) * 6)).tolist(),
            },
        },
        indent=1,
    )
)
