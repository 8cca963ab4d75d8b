"""Model folders saved by transformers, tokenizer folders and PEFT adapters, with what they compute.

    python3 -m venv venv && venv/bin/pip install torch transformers peft && venv/bin/python tests/golden/huggingface.py

Writes huggingface.json (models: files in base64, tokens, logits), tokenizers.json (files, texts, ids), peft.json (adapters,
merged weights and logits) and half.json (hashes of conversions between float32 and the 16-bit types).
"""
import base64, hashlib, json, math, os, pathlib, tempfile, warnings

os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")
import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (LlamaConfig, LlamaForCausalLM, LlamaForSequenceClassification, PreTrainedTokenizerFast,
                          Qwen2Config, Qwen2ForCausalLM)

HERE = pathlib.Path(__file__).parent
SHAPE = dict(vocab_size=48, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=256, rms_norm_eps=1e-5)
LLAMA3 = dict(rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=64)
TINY = dict(SHAPE, vocab_size=32, hidden_size=16, intermediate_size=20, num_hidden_layers=1)


def write(name, value):
    (HERE / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def scatter(model, seed):
    """Weights that matter in every place: transformers begins with zeros as biases and ones as norms."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(0.25 * noise if parameter.dim() > 1 else parameter.round().clamp(0, 1) + 0.3 * noise)
    return model


def files(folder):
    return {path.name: base64.b64encode(path.read_bytes()).decode() for path in sorted(pathlib.Path(folder).iterdir())
            if path.suffix in (".json", ".safetensors")}


def rounded(tensor):
    return [[float(f"{value:.5f}") for value in row] for row in tensor.reshape(-1, tensor.shape[-1]).tolist()]


def model_golden(model, dtype, seed, older=False, **options):
    scatter(model, seed)
    with tempfile.TemporaryDirectory() as folder:
        model.to(dtype).save_pretrained(folder, **options)
        if older:  # as transformers 4 wrote it
            path = pathlib.Path(folder, "config.json")
            config = json.loads(path.read_text())
            rope = config.pop("rope_parameters")
            config.update(rope_theta=rope.pop("rope_theta"), rope_scaling=rope if rope["rope_type"] != "default" else None)
            path.write_text(json.dumps(config))
        net = type(model).from_pretrained(folder, dtype=torch.float64).eval()
        tokens = torch.randint(0, net.config.vocab_size, (2, 24), generator=torch.Generator().manual_seed(seed))
        with torch.no_grad():
            if isinstance(net, LlamaForSequenceClassification):
                outputs = net.score(net.model(tokens).last_hidden_state)
            else:
                outputs = net(tokens).logits
        return dict(files=files(folder), tokens=tokens.tolist(), outputs=rounded(outputs))


def models_golden():
    write("huggingface.json", {
        "llama": model_golden(LlamaForCausalLM(LlamaConfig(**SHAPE, rope_parameters=LLAMA3)), torch.bfloat16, 1,
                              max_shard_size="20KB"),
        "qwen2": model_golden(Qwen2ForCausalLM(Qwen2Config(**SHAPE, tie_word_embeddings=True)), torch.float16, 2),
        "older llama": model_golden(LlamaForCausalLM(LlamaConfig(**TINY, head_dim=6, attention_bias=True, mlp_bias=True,
                                                                 rope_parameters=LLAMA3)), torch.float32, 3, older=True),
        "reward model": model_golden(LlamaForSequenceClassification(LlamaConfig(**TINY, num_labels=1)), torch.float32, 4),
    })


CORPUS = """The gladiators trained in the ludus, and the lanista watched them: 12 + 30 = 42, 7 * 6 = 42.
They're sure we'll win; it's what I'd say. Don't you think so? He said: "The answer is 1,024 (not 1 000)."
def solve(x):\n    return x ** 2 + 3 * x - 7\n\n\nfor i in range(10):\n\tprint(i, solve(i))
Größe, façade, naïve, Ærøskøbing, Łódź. Быстрая лиса прыгает. 日本語のテキスト。 안녕하세요 세계. 😀 👩‍👩‍👧 ∑ ≠ √2
""" * 8
SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
CHAT = ("{{ bos_token }}{% for message in messages %}{{ '<|start|>' + message['role'] + '\n' + message['content'] | trim"
        " + '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}")


def byte_level():
    """Built as Llama 3's and Qwen2's: bytes, split by a pattern."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    specials = ["<|begin|>", "<|text_end|>", "<|start|>", "<|end|>"]
    tokenizer.train_from_iterator([CORPUS], trainers.BpeTrainer(
        vocab_size=420, special_tokens=specials, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.add_tokens([AddedToken("<think>", normalized=False), AddedToken("</think>", normalized=False)])
    begin = tokenizer.token_to_id("<|begin|>")
    tokenizer.post_processor = processors.TemplateProcessing(single="<|begin|> $A", special_tokens=[("<|begin|>", begin)])
    return tokenizer, dict(bos_token="<|begin|>", eos_token="<|end|>"), ["<|end|>", "<|text_end|>"]


def byte_fallback():
    """Built as Llama 2's: spaces as ▁, unknown characters as bytes."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    specials = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    tokenizer.train_from_iterator(CORPUS.splitlines()[:3], trainers.BpeTrainer(
        vocab_size=420, special_tokens=specials, show_progress=False))
    # Training wants them as special tokens; in use, bytes are ordinary ones.
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = state["added_tokens"][:3]
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer, dict(bos_token="<s>", eos_token="</s>", unk_token="<unk>"), ["</s>"]


def texts():
    plain = [line for line in CORPUS.splitlines()[:8]] + [
        "", " ", "  ", "\n", "\n\n\n", "\t", " \n ", "a", " a", "a ", "  a  b   c", "\r\n", "don't DON'T I'Ll", "'s", "1", "12",
        "1234567", "3.14159", "1e-5", "x1y22z333", "…", "—", "“quoted”", "a\u0301", "\u00e1", "ﬁ", "\u212b", "\u1e9b\u0323",
        "\ufeffmark", "\u200b", "\u00a0", "\u3000", "e\u0301\u0301", "नमस्ते", "ไทย", "עברית", "العربية", "𝔘𝔫𝔦", "🏳️‍🌈", "👍🏽",
        "\u0000", "\u0007", "<|end|>", "a<|end|>b", "<|end|><|end|>", " <|end|> ", "<|en", "<|begin|><|start|>user\nHi<|end|>",
        "<think>so</think>", " <think> so </think> ", "<s>", "</s>", "a</s>b", "<0x41>", "▁", "a▁b", "_", "http://a.b/c?d=e&f#g",
        "if (a && b) { return !c; }", "SELECT * FROM t WHERE x='y';", "∀x∈ℝ: ⌈x⌉ = −⌊−x⌋", "½ ² ① Ⅷ ٣ ९", "ǅ ß ẞ İ ı", "Straße"]
    pieces = ["the", " lud", "us", "42", " ", "  ", "\n", "\t", "é", "語", "😀", "ж", "'re", ".", "=", "<|end|>", "</s>", "<think>",
              "A", "0", "-", "▁", "\u0301", "ing", " an", "\r"]
    state, drawn = 12345, []
    for _ in range(110):
        text = ""
        for _ in range(12):
            state = (1103515245 * state + 12345) % 2**31
            text += pieces[(state >> 8) % len(pieces)]
        drawn.append(text)
    return plain + drawn


def tokenizers_golden():
    golden = {"texts": texts(), "folders": {}}
    chats = [[dict(role="user", content=" What is 6 * 7?\n")],
             [dict(role="system", content="Be brief."), dict(role="user", content="Hi"),
              dict(role="assistant", content="Hello!"), dict(role="user", content="6 * 7?")]]
    for name, build in (("byte level", byte_level), ("byte fallback", byte_fallback)):
        tokenizer, specials, ends = build()
        fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **specials)
        if name == "byte level":
            fast.chat_template = CHAT
        with tempfile.TemporaryDirectory() as folder:
            fast.save_pretrained(folder)
            pathlib.Path(folder, "generation_config.json").write_text(
                json.dumps({"eos_token_id": [tokenizer.token_to_id(end) for end in ends]}))
            saved = {path.name: path.read_text() for path in sorted(pathlib.Path(folder).iterdir())}
            # Compact: the trained files are most of this one.
            saved["tokenizer.json"] = json.dumps(json.loads(saved["tokenizer.json"]), ensure_ascii=False, separators=(",", ":"))
        plain = [fast.encode(text, add_special_tokens=False) for text in golden["texts"]]
        golden["folders"][name] = {
            "files": saved, "vocabSize": len(fast), "ids": plain,
            "decoded": [fast.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False) for ids in plain],
            "prefix": fast.encode(""),
            "chats": [dict(messages=chat, text=fast.apply_chat_template(chat, tokenize=False, add_generation_prompt=True),
                           ids=fast.apply_chat_template(chat, add_generation_prompt=True, return_dict=False))
                      for chat in chats] if fast.chat_template else [],
        }
    write("tokenizers.json", golden)


def peft_golden():
    torch.manual_seed(5)
    base = scatter(LlamaForCausalLM(LlamaConfig(**TINY)), 5)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as saved:
        base.save_pretrained(folder)
        net = get_peft_model(base, LoraConfig(r=3, lora_alpha=8, task_type="CAUSAL_LM",
                                              target_modules=["q_proj", "v_proj", "down_proj", "lm_head"]))
        with torch.no_grad():
            for name, parameter in net.named_parameters():
                if "lora_B" in name:
                    parameter.copy_(0.2 * torch.randn(parameter.shape))
        net.save_pretrained(saved)
        tokens = torch.randint(0, TINY["vocab_size"], (2, 24))
        with torch.no_grad():
            outputs = net.eval()(tokens).logits
        merged = net.merge_and_unload().state_dict()
        names = ["model.layers.0.self_attn.v_proj.weight", "lm_head.weight"]
        write("peft.json", dict(base=files(folder), adapters=files(saved), tokens=tokens.tolist(), outputs=rounded(outputs),
                                merged={name: rounded(merged[name]) for name in names}))


def half_golden():
    def sha(array):
        return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()

    def quiet(bits, payload):  # which bits of a NaN survive is nobody's promise
        bits[np.isnan(bits.view(np.float16) if payload == 0x7e00 else (bits.astype(np.uint32) << 16).view(np.float32))] = payload
        return bits

    every = np.arange(65536, dtype=np.uint16)
    lows = np.array([0, 1, 0x0FFF, 0x1000, 0x1001, 0x2FFF, 0x3000, 0x7FFF, 0x8000, 0x8001, 0xFFFF], dtype=np.uint32)
    floats = ((every.astype(np.uint32)[:, None] << 16) | lows).reshape(-1)
    numbers = floats.view(np.float32)
    finite = ~np.isnan(every.view(np.float16))
    with np.errstate(all="ignore"):
        half = quiet(numbers.astype(np.float16).view(np.uint16), 0x7E00)
    brain = torch.from_numpy(numbers.copy()).to(torch.bfloat16).view(torch.int16).numpy().view(np.uint16).copy()
    back = torch.from_numpy(every.view(np.int16).copy()).view(torch.bfloat16).to(torch.float32).numpy()
    write("half.json", {
        "lows": lows.tolist(),
        "floatsOfHalves": sha(every.view(np.float16).astype(np.float32)[finite]),
        "floatsOfBrains": sha(back[~np.isnan(back)]),
        "halves": sha(half), "brains": sha(quiet(brain, 0x7FC0)),
    })


models_golden()
tokenizers_golden()
peft_golden()
half_golden()
