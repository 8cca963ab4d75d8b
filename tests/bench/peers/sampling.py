"""Greedy sampling in three ways, from the most comfortable to the fastest."""
import functools
import time

import torch
from torch.nn.functional import linear, rms_norm, scaled_dot_product_attention, silu
from transformers import DynamicCache

from models import load


def sample(dir, prompts, newTokens, threads, mode, repeats):
    """`repeats` timed runs after one to warm up, and the new tokens of the last. Prompts are rows of equal lengths."""
    torch.set_num_threads(threads)
    if mode not in MODES:
        raise ValueError(f"mode: expected one of {', '.join(MODES)}; got {mode}")
    model, tokens = load(dir), torch.tensor(prompts)
    times = []
    for _ in range(1 + repeats):
        started = time.perf_counter()
        with torch.inference_mode():
            drawn = MODES[mode](model, tokens, newTokens)
        times.append(1000 * (time.perf_counter() - started))
    return {"timesMs": times[1:], "tokens": drawn.tolist()}


def generate(model, prompts, count):
    options = {"do_sample": False, "min_new_tokens": count, "max_new_tokens": count, "pad_token_id": 0}
    return model.generate(prompts, attention_mask=torch.ones_like(prompts), **options)[:, prompts.shape[1] :]


def loop(model, prompts, count):
    """The module of transformers, its cache growing by one position a step."""
    cache, tokens, drawn = DynamicCache(config=model.config), prompts, []
    for _ in range(count):
        logits = model(input_ids=tokens, cache=cache, use_cache=True, logits_to_keep=1).logits
        tokens = logits[:, -1:].argmax(-1)
        drawn.append(tokens)
    return torch.cat(drawn, 1)


def static_loop(model, prompts, count):
    """The bare weights, with caches as long as they will get: what is left when the module's own work is taken away."""
    rows, length = prompts.shape
    decoder = decoder_of(model, rows, length + count)
    tokens, position, drawn = prompts, 0, []
    for _ in range(count):
        logits = decoder.step(tokens, position)
        position += tokens.shape[1]
        tokens = logits.argmax(-1, keepdim=True)
        drawn.append(tokens)
    return torch.cat(drawn, 1)


MODES = {"loop": loop, "static-loop": static_loop, "generate": generate}


@functools.lru_cache(maxsize=4)
def decoder_of(model, rows, length):
    return StaticDecoder(model, rows, length)


class StaticDecoder:
    """A Llama-family decoder for rows of up to `length` tokens; queries, keys, values in one product, gate and up too."""

    def __init__(self, model, rows, length):
        config = model.config
        self.embedding, self.head = model.model.embed_tokens.weight, model.lm_head.weight
        self.norm, self.eps = model.model.norm.weight, config.rms_norm_eps
        self.kv_heads = config.num_key_value_heads
        self.heads = config.num_attention_heads
        self.head_size = getattr(config, "head_dim", None) or config.hidden_size // self.heads
        cos, sin = model.model.rotary_emb(self.embedding, torch.arange(length)[None])
        self.cos, half = cos[0], self.head_size // 2
        # The sign of the turned half stands in the table.
        self.sin = torch.cat([-sin[0, :, :half], sin[0, :, half:]], -1)
        self.layers = [self.layer(layer) for layer in model.model.layers]
        shape = (rows, self.kv_heads, length, self.head_size)
        self.caches = [(torch.zeros(shape), torch.zeros(shape)) for _ in self.layers]

    @staticmethod
    def layer(layer):
        attention, mlp = layer.self_attn, layer.mlp
        return (
            layer.input_layernorm.weight,
            joined(attention.q_proj, attention.k_proj, attention.v_proj),
            joined(attention.o_proj),
            layer.post_attention_layernorm.weight,
            joined(mlp.gate_proj, mlp.up_proj),
            joined(mlp.down_proj),
        )

    def step(self, tokens, position):
        """Logits of what follows the last of these tokens, which start at `position`."""
        x = self.embedding[tokens]
        for layer, cache in zip(self.layers, self.caches):
            attention_norm, qkv, out, mlp_norm, gate_up, down = layer
            x = x + linear(self.attend(linear(self.normed(x, attention_norm), *qkv), cache, position), *out)
            gate, up = linear(self.normed(x, mlp_norm), *gate_up).chunk(2, -1)
            x = x + linear(silu(gate) * up, *down)
        return linear(self.normed(x[:, -1], self.norm), self.head)

    def attend(self, qkv, cache, position):
        rows, columns = qkv.shape[:2]
        end = position + columns
        heads = qkv.view(rows, columns, self.heads + 2 * self.kv_heads, self.head_size).transpose(1, 2)
        turned = self.turn(heads[:, : self.heads + self.kv_heads], position, end)
        keys, values = cache
        keys[:, :, position:end] = turned[:, self.heads :]
        values[:, :, position:end] = heads[:, self.heads + self.kv_heads :]
        mixed = scaled_dot_product_attention(
            turned[:, : self.heads],
            keys[:, :, :end],
            values[:, :, :end],
            is_causal=columns > 1,
            enable_gqa=self.heads != self.kv_heads,
        )
        return mixed.transpose(1, 2).reshape(rows, columns, -1)

    def turn(self, x, start, end):
        left, right = x.chunk(2, -1)
        return x * self.cos[start:end] + torch.cat([right, left], -1) * self.sin[start:end]

    def normed(self, x, weight):
        return rms_norm(x, weight.shape, weight, self.eps)


def joined(*projections):
    """Weight and bias of several projections as one."""
    weight = torch.cat([projection.weight for projection in projections])
    biases = [projection.bias for projection in projections]
    # Qwen2's query, key and value projections have biases, all of them or none.
    return weight.detach(), None if biases[0] is None else torch.cat(biases).detach()
