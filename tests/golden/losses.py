"""Golden values of every loss and its gradient, from their formulas in plain PyTorch.

First on vectors, then on the small Llama of decoder.py with a value head.

    python3 -m venv venv && venv/bin/pip install torch transformers && venv/bin/python tests/golden/losses.py
"""
import json, math, pathlib
import torch
import torch.nn.functional as F
from decoder import fill, model, target_logprobs


def wave(n, phase, low, high):
    return [low + (high - low) * (0.5 + 0.5 * math.sin(phase + 1.7 * i)) for i in range(n)]


def kl(kind, logprobs, ref):
    d = logprobs - ref
    return {"k1": d, "k2": d.square() / 2, "k3": torch.exp(-d) + d - 1}[kind]


def cross_entropy(logits, targets, weight):
    return (weight * F.cross_entropy(logits, targets.long(), reduction="none")).sum()


def surrogate(kind, logprobs, logRatio, refLogprobs, advantages, weight, clipLow, clipHigh, klCoef):
    ratio = logRatio.exp()
    clipped = ratio.clamp(1 - clipLow, 1 + clipHigh)
    objective = torch.min(ratio * advantages, clipped * advantages) - klCoef * kl(kind, logprobs, refLogprobs)
    return -(weight * objective).sum()


def value_loss(values, returns, oldValues, weight, range):
    clipped = torch.max(torch.min(values, oldValues + range), oldValues - range)
    return 0.5 * (weight * torch.max((values - returns) ** 2, (clipped - returns) ** 2)).sum()


def step_labels(scores, labels, weight):
    return (weight * F.binary_cross_entropy_with_logits(scores, labels, reduction="none")).sum()


def margins(logprobs, refLogprobs=0):
    ratio = logprobs - refLogprobs
    return ratio[0::2] - ratio[1::2]


def dpo(logprobs, refLogprobs, beta, smoothing):
    margin = beta * margins(logprobs, refLogprobs)
    return (-(1 - smoothing) * F.logsigmoid(margin) - smoothing * F.logsigmoid(-margin)).mean()


def ipo(logprobs, refLogprobs, beta):
    return ((margins(logprobs, refLogprobs) - 1 / (2 * beta)) ** 2).mean()


def simpo(meanLogprobs, beta, gamma):
    return -F.logsigmoid(beta * margins(meanLogprobs) - gamma).mean()


def kto(logprobs, refLogprobs, labels, weights, reference, beta):
    gain = beta * (logprobs - refLogprobs - reference.clamp(min=0))
    return torch.where(labels > 0, weights * (1 - gain.sigmoid()), weights * (1 - (-gain).sigmoid())).mean()


def bradley_terry(scores, margin, centre):
    chosen, rejected = scores[0::2], scores[1::2]
    return (-F.logsigmoid(chosen - rejected - margin) + centre * (chosen + rejected) ** 2).mean()


def case(name, of, loss, wanted, inputs):
    """The value, and the gradient with respect to the inputs named in `wanted`."""
    tensors = {key: torch.tensor(value, requires_grad=key in wanted) for key, value in inputs.items()}
    value = loss(**tensors)
    value.backward()
    gradients = {key: tensors[key].grad.flatten().tolist() for key in wanted}
    return {"name": name, "of": of, "inputs": inputs, "value": value.item(), "gradients": gradients}


def on_vectors():
    n, q = 6, 4
    token = dict(logprobs=wave(n, 0, -2, -0.1), logRatio=wave(n, 1, -0.6, 0.5), refLogprobs=wave(n, 2, -2, -0.1),
                 advantages=wave(n, 3.3, -2, 2), weight=[0.1, 0.3, 0.0, 0.2, 0.25, 0.15],
                 clipLow=0.2, clipHigh=0.28, klCoef=0.05)
    pair = dict(logprobs=wave(q, 0.3, -20, -5), refLogprobs=wave(q, 1.9, -18, -6))
    cases = [
        case("cross-entropy", "cross-entropy", cross_entropy, ["logits"], dict(
            logits=[wave(4, row, -3, 3) for row in range(3)], targets=[2, 0, 3], weight=[0.5, -0.2, 0.7])),
        case("value", "value", value_loss, ["values"], dict(
            values=wave(n, 0, -1, 1), returns=wave(n, 1, -1, 1), oldValues=wave(n, 2.5, -1, 1),
            weight=token["weight"], range=0.2)),
        case("step labels, hard and soft", "step-labels", step_labels, ["scores"], dict(
            scores=[-100.0, 100.0, 0.3, -2.0, 5.0, -100.0], labels=[0.0, 1.0, 0.4, 0.75, 0.0, 1.0], weight=token["weight"])),
        case("DPO", "dpo", dpo, ["logprobs"], {**pair, "beta": 0.1, "smoothing": 0.0}),
        case("cDPO", "dpo", dpo, ["logprobs"], {**pair, "beta": 0.3, "smoothing": 0.2}),
        case("IPO", "ipo", ipo, ["logprobs"], {**pair, "beta": 0.1}),
        case("SimPO", "simpo", simpo, ["meanLogprobs"], dict(meanLogprobs=wave(q, 0.7, -3, -0.5), beta=2.0, gamma=0.5)),
        case("KTO", "kto", kto, ["logprobs"], {**pair, "labels": [1.0, -1.0, -1.0, 1.0], "weights": [1.0, 1.3, 1.3, 1.0],
                                              "reference": 0.5, "beta": 0.1}),
        case("KTO, reference below 0", "kto", kto, ["logprobs"], {
            **pair, "labels": [1.0, -1.0, 1.0, -1.0], "weights": [1.0, 1.0, 1.0, 1.0], "reference": -0.5, "beta": 0.2}),
        case("Bradley-Terry", "bradley-terry", bradley_terry, ["scores"], dict(
            scores=[0.4, -0.3, -1.0, 2.0], margin=[0.0, 0.5], centre=0.01)),
        case("softplus", "softplus", lambda x: F.softplus(x, threshold=1e9).sum(), ["x"], dict(x=[-100.0, -3.0, 0.0, 0.5, 100.0])),
        case("logSigmoid", "logSigmoid", lambda x: F.logsigmoid(x).sum(), ["x"], dict(x=[-100.0, -3.0, 0.0, 0.5, 100.0])),
    ]
    for kind in ("k1", "k2", "k3"):
        loss = lambda **inputs: surrogate(kind, **inputs)
        cases.append(case(f"clipped surrogate with {kind}", kind, loss, ["logprobs", "logRatio"], token))
    return cases


class Valued(torch.nn.Module):
    """The decoder with a value head, all filled as one flat vector."""

    def __init__(self):
        super().__init__()
        self.net, self.head = model(), torch.nn.Linear(16, 1)
        fill(self.head.parameters(), sum(p.numel() for p in self.net.parameters()))

    def forward(self, tokens):
        states = self.net.model(tokens[:, :-1]).last_hidden_state
        return target_logprobs(self.net, tokens), self.head(states).squeeze(-1)


TOKENS = [[1, 5, 3, 9, 2, 7, 0], [1, 5, 3, 6, 8, 1, 3], [4, 10, 2, 2, 9, 0, 7], [4, 10, 7, 5, 1, 6, 0]]
START, END = [3, 3, 1, 1], [6, 5, 6, 4]  # predictions that count


def on_model():
    tokens, (rows, steps) = torch.tensor(TOKENS), (4, 6)
    mask = torch.tensor([[float(START[i] <= t < END[i]) for t in range(steps)] for i in range(rows)])
    lengths = mask.sum(1, keepdim=True)
    means, per_sequence = mask / mask.sum(), mask / lengths
    grid = lambda phase, low, high: torch.tensor(wave(rows * steps, phase, low, high)).view(rows, steps)
    inputs = dict(oldLogprobs=grid(0, -4, -1), refLogprobs=grid(1, -4, -1), advantages=grid(2, -1, 1),
                  returns=grid(3, 0, 2), oldValues=grid(4, 0, 2), labels=grid(5, 0, 1))
    old, ref, advantages, returns, old_values, labels = inputs.values()
    reference = torch.tensor(wave(rows, 0.4, -16, -8))
    desirable, lambdas = torch.tensor([1.0, -1.0, 1.0, -1.0]), torch.tensor([1.0, 1.3, 1.0, 1.3])
    margin, scalar = torch.tensor([0.5, 0.0]), lambda x: torch.tensor(x)
    clip = dict(clipLow=0.2, clipHigh=0.28, klCoef=0.05)

    def clipped(logprobs, log_ratio, kind="k3"):
        return surrogate(kind, logprobs, log_ratio, ref, advantages, means, *clip.values())

    def gspo(logprobs, values):
        mean = ((logprobs - old) * mask).sum(1, keepdim=True) / lengths
        return clipped(logprobs, mean.expand(rows, steps), "k2")

    def ppo(logprobs, values):
        return clipped(logprobs, logprobs - old) + 0.5 * value_loss(values, returns, old_values, means, 0.2)

    token = {key: value.flatten().tolist() for key, value in inputs.items()}
    weight = dict(means=means.flatten().tolist(), sums=mask.flatten().tolist(), perSequence=per_sequence.flatten().tolist())
    pick = lambda *keys: {key: token[key] for key in keys}
    policy = {**pick("oldLogprobs", "refLogprobs", "advantages"), "weight": weight["means"], **clip}
    last = torch.tensor([[float(t == END[i] - 1) for t in range(steps)] for i in range(rows)])
    sums = lambda logprobs: (logprobs * mask).sum(1)
    preference = {"weight": weight["sums"], "refLogprobs": reference.tolist()}
    losses = [
        ({"kind": "cross-entropy"}, {"weight": weight["means"]}, lambda lp, v: -(means * lp).sum()),
        ({"kind": "clipped-surrogate"}, policy, lambda lp, v: clipped(lp, lp - old)),
        ({"kind": "clipped-surrogate", "klEstimator": "k1"}, policy, lambda lp, v: clipped(lp, lp - old, "k1")),
        ({"kind": "clipped-surrogate", "klEstimator": "k2", "ratio": "sequence"}, policy, gspo),
        ({"kind": "clipped-surrogate", "critic": True},
         {**policy, **pick("returns", "oldValues"), "valueClip": 0.2, "valueCoef": 0.5}, ppo),
        ({"kind": "value"}, {**pick("returns", "oldValues"), "weight": weight["means"], "valueClip": 0.2},
         lambda lp, v: value_loss(v, returns, old_values, means, 0.2)),
        ({"kind": "dpo"}, {**preference, "beta": 0.1, "smoothing": 0.1},
         lambda lp, v: dpo(sums(lp), reference, 0.1, 0.1)),
        ({"kind": "ipo"}, {**preference, "beta": 0.2}, lambda lp, v: ipo(sums(lp), reference, 0.2)),
        ({"kind": "simpo"}, {"weight": weight["perSequence"], "beta": 2.0, "gamma": 0.5},
         lambda lp, v: simpo((lp * per_sequence).sum(1), 2.0, 0.5)),
        ({"kind": "kto"}, {**preference, "labels": desirable.tolist(), "lambdas": lambdas.tolist(),
                           "reference": 0.5, "beta": 0.1},
         lambda lp, v: kto(sums(lp), reference, desirable, lambdas, scalar(0.5), 0.1)),
        ({"kind": "step-labels"}, {**pick("labels"), "weight": weight["means"]},
         lambda lp, v: step_labels(v, labels, means)),
        ({"kind": "bradley-terry"}, {"weight": last.flatten().tolist(), "margin": margin.tolist(), "centre": 0.01},
         lambda lp, v: bradley_terry((v * last).sum(1), margin, 0.01)),
    ]
    found = []
    for spec, given, loss in losses:
        net = Valued()
        value = loss(*net(tokens))
        value.backward()
        norm = math.sqrt(sum(p.grad.square().sum().item() for p in net.parameters() if p.grad is not None))
        found.append({"spec": spec, "inputs": given, "loss": value.item(), "gradNorm": norm})
    return {"tokens": TOKENS, "start": START, "end": END, "losses": found}


if __name__ == "__main__":
    golden = {"vectors": on_vectors(), "model": on_model()}
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden))
