"""Models from folders in the Hugging Face layout, in float32."""
import functools

import torch
from transformers import AutoModelForCausalLM
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()


@functools.lru_cache(maxsize=None)
def load(folder):
    """One model per folder, for reading only: what changes weights works on a copy."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="sdpa").eval()
    # Sampling goes on to the length that was asked for.
    model.generation_config.eos_token_id = None
    return model


@torch.inference_mode()
def logits(dir, tokens):
    """Of every position: [rows][columns][vocabulary]."""
    return {"logits": load(dir)(input_ids=torch.tensor(tokens), use_cache=False).logits.tolist()}
