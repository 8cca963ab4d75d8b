"""Golden values for the decoder, its training step and that of low-rank adapters, from transformers on PyTorch.

    python3 -m venv venv && venv/bin/pip install torch transformers && venv/bin/python tests/golden/decoder.py
"""
import json, math, pathlib
import torch
from transformers import LlamaConfig, LlamaForCausalLM

torch.set_default_dtype(torch.float64)
CONFIG = dict(vocab_size=11, hidden_size=16, intermediate_size=20, num_hidden_layers=2, num_attention_heads=4,
              num_key_value_heads=2, max_position_embeddings=16, rms_norm_eps=1e-5, tie_word_embeddings=False)
TOKENS = [[1, 5, 3, 9, 2, 7, 0], [4, 4, 10, 6, 8, 1, 3]]
WEIGHT = [[0, 0.1, 0.1, 0.2, 0.1, 0.1], [0.05, 0, 0.15, 0.1, -0.1, 0.2]]
LEARNING_RATE, STEPS = 3e-3, 4
LORA = dict(rank=3, alpha=6, targets=["q_proj", "v_proj", "down_proj", "lm_head"])


def fill(parameters, offset=0):
    """The weights that the tests use too: a sine over the flat vector, around 1 for norms and biases."""
    with torch.no_grad():
        for parameter in parameters:
            n = parameter.numel()
            base = 1.0 if parameter.dim() == 1 else 0.0
            values = [base + 0.3 * math.sin(1 + 0.7 * (offset + i)) for i in range(n)]
            parameter.copy_(torch.tensor(values).view_as(parameter))
            offset += n


def model():
    config = LlamaConfig(**CONFIG, rope_theta=30.0, attention_bias=False, mlp_bias=False)
    if getattr(config, "rope_parameters", None) is not None:
        config.rope_parameters = {"rope_type": "default", "rope_theta": 30.0}
    net = LlamaForCausalLM(config).double()
    fill(net.parameters())  # the order of the flat vector
    return net


class Adapted(torch.nn.Module):
    """W·x + α/r · B·A·x (Hu et al. 2021), written out."""

    def __init__(self, layer, rank, alpha):
        super().__init__()
        self.layer, self.scale = layer, alpha / rank
        self.a = torch.nn.Parameter(torch.zeros(rank, layer.in_features))
        self.b = torch.nn.Parameter(torch.zeros(layer.out_features, rank))

    def forward(self, x):
        return self.layer(x) + self.scale * (x @ self.a.T @ self.b.T)


def adapt(net):
    """Replaces the targets; gives their matrices in the order of the flat vector: A and B of one layer after another."""
    matrices = []
    for name, layer in list(net.named_modules()):
        if name.split(".")[-1] in LORA["targets"]:
            adapted = Adapted(layer, LORA["rank"], LORA["alpha"])
            net.get_submodule(name.rpartition(".")[0]).__setattr__(name.split(".")[-1], adapted)
            matrices += [adapted.a, adapted.b]
    fill(matrices)
    return matrices


def target_logprobs(net, tokens):
    logits = net(tokens[:, :-1]).logits
    return torch.log_softmax(logits, -1).gather(-1, tokens[:, 1:, None]).squeeze(-1)


def trained(net, parameters):
    """A few AdamW steps on the weighted cross-entropy: what is seen on the way."""
    tokens, weight = torch.tensor(TOKENS), torch.tensor(WEIGHT)
    decay = [p for p in parameters if p.dim() > 1]
    plain = [p for p in parameters if p.dim() == 1]
    groups = [{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, betas=(0.9, 0.95), eps=1e-8)
    seen = {"logprobs": target_logprobs(net, tokens).tolist(), "losses": [], "gradNorms": []}
    for _ in range(STEPS):
        loss = -(weight * target_logprobs(net, tokens)).sum()
        optimizer.zero_grad()
        loss.backward()
        seen["gradNorms"].append(torch.nn.utils.clip_grad_norm_(parameters, 1.0).item())
        optimizer.step()
        seen["losses"].append(loss.item())
    seen["logprobsAfter"] = target_logprobs(net, tokens).tolist()
    return seen


if __name__ == "__main__":
    net = model()
    golden = {"config": CONFIG, "ropeTheta": 30.0, "tokens": TOKENS, "weight": WEIGHT, "learningRate": LEARNING_RATE,
              "names": [name for name, _ in net.named_parameters()], **trained(net, list(net.parameters()))}
    net = model()
    matrices = adapt(net)
    golden["lora"] = {**LORA, **trained(net, matrices), "adaptersAfter": [x for m in matrices for x in m.flatten().tolist()]}
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden))
