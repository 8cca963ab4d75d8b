"""Training as a good PyTorch program does it: sdpa, fused AdamW, gradients set to none, torch.compile where asked."""
import copy
import functools
import time

import torch
from torch.nn.functional import cross_entropy

from models import load

BETAS, WEIGHT_DECAY, MAX_GRAD_NORM = (0.9, 0.95), 0.01, 1.0


def train(dir, rows, columns, tokens, targets, weight, learningRate, threads, mode, warmup, steps):
    """`steps` timed steps on one batch after `warmup` others, from the weights in the folder; the losses of all."""
    torch.set_num_threads(threads)
    model, loss_of, compile_ms = trainee(dir, mode, threads, rows, columns)
    model.load_state_dict(load(dir).state_dict())
    optimizer = adamw(model, learningRate)
    batch = (
        torch.tensor(tokens).view(rows, columns),
        torch.tensor(targets).view(rows * columns),
        torch.tensor(weight, dtype=torch.float32).view(rows * columns),
    )
    times, losses = [], []
    for _ in range(warmup + steps):
        started = time.perf_counter()
        losses.append(step(model, loss_of, optimizer, batch))
        times.append(1000 * (time.perf_counter() - started))
    return {"timesMs": times[warmup:], "losses": losses, "compileMs": compile_ms}


@functools.lru_cache(maxsize=None)
def trainee(dir, mode, threads, rows, columns):
    """A model to train, its loss, and how long that took to compile for this shape and number of threads."""
    model = copy.deepcopy(load(dir)).train()

    def loss_of(tokens, targets, weight):
        logits = model(input_ids=tokens, use_cache=False).logits
        return (cross_entropy(logits.view(-1, logits.shape[-1]), targets, reduction="none") * weight).sum()

    if mode == "eager":
        return model, loss_of, 0
    if mode != "compile":
        raise ValueError(f"mode: expected eager or compile, got {mode}")
    compiled = torch.compile(loss_of, dynamic=False, fullgraph=True)
    started = time.perf_counter()
    tokens = torch.zeros(rows, columns, dtype=torch.long)
    compiled(tokens, tokens.view(-1), torch.ones(rows * columns)).backward()
    return model, compiled, 1000 * (time.perf_counter() - started)


def adamw(model, learning_rate):
    matrices = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    vectors = [parameter for parameter in model.parameters() if parameter.dim() == 1]
    groups = [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=learning_rate, betas=BETAS, fused=True)


def step(model, loss_of, optimizer, batch):
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of(*batch)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_GRAD_NORM, foreach=True)
    optimizer.step()
    return loss.item()
