"""Golden values for the decoder and its training step from transformers on PyTorch.

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


def model():
    config = LlamaConfig(**CONFIG, rope_theta=30.0, attention_bias=False, mlp_bias=False)
    if getattr(config, "rope_parameters", None) is not None:
        config.rope_parameters = {"rope_type": "default", "rope_theta": 30.0}
    net = LlamaForCausalLM(config).double()
    with torch.no_grad():
        offset = 0
        for parameter in net.parameters():  # the order of the flat vector
            n = parameter.numel()
            base = 1.0 if parameter.dim() == 1 else 0.0
            values = [base + 0.3 * math.sin(1 + 0.7 * (offset + i)) for i in range(n)]
            parameter.copy_(torch.tensor(values).view_as(parameter))
            offset += n
    return net


def target_logprobs(net, tokens):
    logits = net(tokens[:, :-1]).logits
    return torch.log_softmax(logits, -1).gather(-1, tokens[:, 1:, None]).squeeze(-1)


tokens, weight = torch.tensor(TOKENS), torch.tensor(WEIGHT)
net = model()
decay = [p for p in net.parameters() if p.dim() > 1]
plain = [p for p in net.parameters() if p.dim() == 1]
optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
                              lr=LEARNING_RATE, betas=(0.9, 0.95), eps=1e-8)
golden = {"config": CONFIG, "ropeTheta": 30.0, "tokens": TOKENS, "weight": WEIGHT, "learningRate": LEARNING_RATE,
          "names": [name for name, _ in net.named_parameters()],
          "logprobs": target_logprobs(net, tokens).tolist(), "losses": [], "gradNorms": []}
for _ in range(STEPS):
    loss = -(weight * target_logprobs(net, tokens)).sum()
    optimizer.zero_grad()
    loss.backward()
    golden["gradNorms"].append(torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0).item())
    optimizer.step()
    golden["losses"].append(loss.item())
golden["logprobsAfter"] = target_logprobs(net, tokens).tolist()
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden))
