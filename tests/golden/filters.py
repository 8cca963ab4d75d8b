"""Which tokens the logits processors of transformers leave, on random logits.

    python3 -m venv venv && venv/bin/pip install torch transformers && venv/bin/python tests/golden/filters.py

Writes filters.json: rows of logits; cases of temperature, topK, topP and minP (null: off), each with what is left of every row,
as a number whose bit i says that token i may still come; null where rounding could decide.
"""
import itertools, json, pathlib
import torch
from transformers import MinPLogitsWarper, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

VOCAB, ROWS, MARGIN = 24, 16, 1e-4


def kept(logits, temperature, top_k, top_p, min_p):
    """Boolean [rows, V], in the order in which transformers' generate has them."""
    warpers = [TemperatureLogitsWarper(temperature)]
    warpers += [TopKLogitsWarper(top_k=top_k)] if top_k else []
    warpers += [TopPLogitsWarper(top_p=top_p)] if top_p else []
    warpers += [MinPLogitsWarper(min_p=min_p)] if min_p else []
    scores = logits.clone()
    for warper in warpers:
        scores = warper(None, scores)
    return scores > -float("inf")


def sure(row, case):
    """The same set where the thresholds are a little lower and a little higher."""
    temperature, top_k, top_p, min_p = case
    expected = kept(row[None], *case)
    return all(
        torch.equal(expected, kept(row[None], temperature, top_k, top_p and min(1.0, top_p + p), min_p and min_p + m))
        for p, m in itertools.product((-MARGIN, MARGIN), repeat=2)
    )


def main():
    generator = torch.Generator().manual_seed(7)
    logits = (torch.randn(ROWS, VOCAB, generator=generator, dtype=torch.float64) * 2.5).round(decimals=4)
    assert all(len(set(row.tolist())) == VOCAB for row in logits)
    bits = 2 ** torch.arange(VOCAB)
    cases = []
    for case in itertools.product((0.5, 1.0, 1.7), (None, 1, 5, 23, 40), (None, 0.2, 0.65, 0.9, 0.99), (None, 0.02, 0.1, 0.5)):
        left = (kept(logits, *case) * bits).sum(-1).tolist()
        cases.append(dict(zip(("temperature", "topK", "topP", "minP"), case),
                          kept=[bits if sure(row, case) else None for row, bits in zip(logits, left)]))
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(dict(logits=logits.tolist(), cases=cases), separators=(",", ":")))


if __name__ == "__main__":
    main()
