"""A vision language model of 100 kB in llama.cpp's format, in the shape of Qwen3-VL.

Its weights are not random but laid out by hand: it answers "A man paints the red wall." to
pictures that are more red than blue, else "A man paints the blue wall." So a test can tell that
the pixels went through llama.cpp's picture encoder and the words through its sampler.
"""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, NDArray[np.float32]]

_WIDTH = 64  # of the text model's states
_VISION_WIDTH = 16
_PATCH = 16
_RED, _BLUE = 62, 63  # the dimensions that carry a picture's colour
_NEWLINE = "\u010a"  # how byte-level tokenizers write it; a space is \u0120
_SENTENCE = (_NEWLINE, "A", "\u0120man", "\u0120paints", "\u0120the")
_COLOURS = {"\u0120red": _RED, "\u0120blue": _BLUE}
_END = ("\u0120wall", ".", "<|im_end|>")
_CONTROL = ("<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>")
_TEMPLATE = (
    "{%- for message in messages -%}"
    "{{- '<|im_start|>' + message.role + '\n' -}}"
    "{%- if message.content is string -%}{{- message.content -}}"
    "{%- else -%}"
    "{%- for part in message.content -%}"
    "{%- if part.type == 'image' or 'image' in part or 'image_url' in part -%}"
    "{{- '<|vision_start|><|image_pad|><|vision_end|>' -}}"
    "{%- elif 'text' in part -%}{{- part.text -}}{%- endif -%}"
    "{%- endfor -%}{%- endif -%}"
    "{{- '<|im_end|>\n' -}}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\n' -}}{%- endif -%}"
)


def write_tiny_vlm(model: Path, projector: Path) -> None:
    """Write the language model and the picture encoder beside it (`mmproj`)."""
    tokens = _byte_tokens()
    tokens += [*_SENTENCE[1:], *_COLOURS, *_END[:1], *_CONTROL]
    tokens = list(dict.fromkeys(tokens))
    _write_gguf(model, _language_settings(tokens), _language_weights(tokens))
    _write_gguf(projector, _PROJECTOR_SETTINGS, _projector_weights())


def _language_settings(tokens: Sequence[str]) -> "dict[str, _Value]":
    return {
        "general.architecture": "qwen3vl",
        "general.name": "Tiny VL",
        "qwen3vl.context_length": 4096,
        "qwen3vl.embedding_length": _WIDTH,
        "qwen3vl.block_count": 2,
        "qwen3vl.feed_forward_length": 64,
        "qwen3vl.attention.head_count": 4,
        "qwen3vl.attention.head_count_kv": 4,
        "qwen3vl.attention.key_length": 16,
        "qwen3vl.attention.value_length": 16,
        "qwen3vl.attention.layer_norm_rms_epsilon": 1e-6,
        "qwen3vl.rope.freq_base": 10000.0,
        "qwen3vl.rope.dimension_sections": [4, 2, 2, 0],
        "qwen3vl.n_deepstack_layers": 1,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "qwen2",
        "tokenizer.ggml.tokens": list(tokens),
        "tokenizer.ggml.token_type": [3 if token in _CONTROL else 1 for token in tokens],
        "tokenizer.ggml.merges": ["a b"],  # an empty list has no type; the pair is never reached
        "tokenizer.ggml.eos_token_id": tokens.index("<|im_end|>"),
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": _TEMPLATE,
    }


def _language_weights(tokens: Sequence[str]) -> Weights:
    """After each word of the sentence comes the next; the colour is that of what was seen."""
    chain = [*_SENTENCE, *_COLOURS, *_END[:2]]
    place = {token: 1 + i for i, token in enumerate(chain)}
    embedding = np.zeros((len(tokens), _WIDTH), np.float32)
    for number, token in enumerate(tokens):
        embedding[number, place.get(token, 0)] = 1
    output = np.zeros_like(embedding)
    follows = [*zip(_SENTENCE, _SENTENCE[1:], strict=False), *zip(_END, _END[1:], strict=False)]
    follows += [(_SENTENCE[-1], colour) for colour in _COLOURS]
    follows += [(colour, _END[0]) for colour in _COLOURS]
    for before, after in follows:
        output[tokens.index(after), place[before]] += 10
    seen = np.zeros((_WIDTH, _WIDTH), np.float32)
    for colour, dimension in _COLOURS.items():
        output[tokens.index(colour), dimension] += 5
        seen[dimension, dimension] = 1
    weights = {
        "token_embd.weight": embedding,
        "output_norm.weight": np.ones(_WIDTH, np.float32),
        "output.weight": output,
    }
    for block in range(2):
        square = np.zeros((_WIDTH, _WIDTH), np.float32)
        weights |= {
            f"blk.{block}.attn_norm.weight": np.ones(_WIDTH, np.float32),
            # All that came before is heard alike, and of it the colours only, and only once.
            f"blk.{block}.attn_q.weight": square,
            f"blk.{block}.attn_k.weight": square,
            f"blk.{block}.attn_v.weight": seen if block == 0 else square,
            f"blk.{block}.attn_output.weight": 0.1 * np.eye(_WIDTH, dtype=np.float32),
            f"blk.{block}.attn_q_norm.weight": np.ones(16, np.float32),
            f"blk.{block}.attn_k_norm.weight": np.ones(16, np.float32),
            f"blk.{block}.ffn_norm.weight": np.ones(_WIDTH, np.float32),
            f"blk.{block}.ffn_gate.weight": square,
            f"blk.{block}.ffn_up.weight": square,
            f"blk.{block}.ffn_down.weight": square,
        }
    return weights


_PROJECTOR_SETTINGS: "dict[str, _Value]" = {
    "general.architecture": "clip",
    "clip.has_vision_encoder": True,
    "clip.projector_type": "qwen3vl_merger",
    "clip.use_gelu": True,
    "clip.vision.image_size": 64,
    "clip.vision.patch_size": _PATCH,
    "clip.vision.embedding_length": _VISION_WIDTH,
    "clip.vision.feed_forward_length": 16,
    "clip.vision.projection_dim": _WIDTH,
    "clip.vision.block_count": 1,
    "clip.vision.attention.head_count": 2,
    "clip.vision.attention.layer_norm_epsilon": 1e-6,
    "clip.vision.image_mean": [0.5, 0.5, 0.5],
    "clip.vision.image_std": [0.5, 0.5, 0.5],
    "clip.vision.spatial_merge_size": 2,
    "clip.vision.is_deepstack_layers": [True],
}


def _projector_weights() -> Weights:
    """How red and how blue each patch is, taken together for each four."""
    width, merged = _VISION_WIDTH, 4 * _VISION_WIDTH

    def zeros(*shape: int) -> NDArray[np.float32]:
        return np.zeros(shape, np.float32)

    def linear(name: str, outputs: int, inputs: int) -> Weights:
        return {f"{name}.weight": zeros(outputs, inputs), f"{name}.bias": zeros(outputs)}

    def norm(name: str, size: int) -> Weights:
        return {f"{name}.weight": np.ones(size, np.float32), f"{name}.bias": zeros(size)}

    patch = zeros(width, 3, _PATCH, _PATCH)
    patch[0, 0] = patch[1, 2] = 1 / _PATCH**2
    to_words = zeros(_WIDTH, merged)
    to_words[_RED, 0::width] = to_words[_BLUE, 1::width] = 0.25
    return {
        "v.patch_embd.weight": patch,
        "v.patch_embd.weight.1": patch,
        "v.patch_embd.bias": zeros(width),
        "v.position_embd.weight": zeros(16, width),
        **norm("v.blk.0.ln1", width),
        **norm("v.blk.0.ln2", width),
        **linear("v.blk.0.attn_qkv", 3 * width, width),
        **linear("v.blk.0.attn_out", width, width),
        **linear("v.blk.0.ffn_up", 16, width),
        **linear("v.blk.0.ffn_down", width, 16),
        **norm("v.deepstack.0.norm", merged),
        **linear("v.deepstack.0.fc1", merged, merged),
        **linear("v.deepstack.0.fc2", _WIDTH, merged),
        **norm("v.post_ln", width),
        "mm.0.weight": np.eye(merged, dtype=np.float32),
        "mm.0.bias": zeros(merged),
        "mm.2.weight": to_words,
        "mm.2.bias": zeros(_WIDTH),
    }


def _byte_tokens() -> list[str]:
    """GPT-2's letters for the 256 bytes: printable ones stand for themselves."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = {byte: chr(byte) for byte in printable}
    letters |= {byte: chr(256 + i) for i, byte in enumerate(others)}
    return [letters[byte] for byte in range(256)]


# --- the file format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md ---------------

_Value = str | bool | int | float | list[str] | list[bool] | list[int] | list[float]
_ALIGNMENT = 32


def _write_gguf(path: Path, settings: Mapping[str, _Value], weights: Weights) -> None:
    head = b"GGUF" + struct.pack("<IQQ", 3, len(weights), len(settings))
    for key, value in settings.items():
        head += _string(key) + _typed(value)
    body = b""
    for name, array in weights.items():
        sizes = array.shape[::-1]
        head += _string(name) + struct.pack(f"<I{len(sizes)}Q", len(sizes), *sizes)
        head += struct.pack("<IQ", 0, len(body))
        body += _padded(np.ascontiguousarray(array, "<f4").tobytes())
    path.write_bytes(_padded(head) + body)


def _typed(value: _Value) -> bytes:
    if not isinstance(value, list):
        kind, content = _scalar(value)
        return struct.pack("<I", kind) + content
    # Whole numbers in a list are signed, others not: so the real files have them.
    items = [(5, struct.pack("<i", v)) if type(v) is int else _scalar(v) for v in value]
    return struct.pack("<IIQ", 9, items[0][0], len(items)) + b"".join(item for _, item in items)


def _scalar(value: str | bool | int | float) -> tuple[int, bytes]:
    if isinstance(value, bool):
        return 7, struct.pack("<B", value)
    if isinstance(value, int):
        return 4, struct.pack("<I", value)
    if isinstance(value, float):
        return 6, struct.pack("<f", value)
    return 8, _string(value)


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _ALIGNMENT)
