"""What a folder with an LTX-2 holds, read without loading a weight.

The layout is that of diffusers: `model_index.json`, a folder for each part. Beside them may lie
`latent_upsampler/` (for two stages), a `*.gguf` with the transformer, and LoRAs (`*.safetensors`,
in the folder itself or in `loras/`).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.backends.ltx.fingerprint import fingerprint
from rushes.errors import RushesError
from rushes.text import one_line

TRANSFORMER, UPSAMPLER = "transformer", "latent_upsampler"
_WEIGHED = (TRANSFORMER, "text_encoder", "connectors", "vae", "audio_vae", "vocoder")
_NOTES = "__metadata__"
_PLAIN = ("scheduler", "tokenizer")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_CAMERA_LORA = re.compile(r"camera-control-([a-z-]+)$")
_DEPTH_LORA = re.compile(r"ic-lora-(?:depth|union)-control")
_SHRINKS = "reference_downscale_factor"
_REFINING_LORA = re.compile(r"distilled.*-lora")
_MOST_HEADER_BYTES = 100 << 20


@dataclass(frozen=True)
class DepthLora:
    """A LoRA that makes the model follow depth. It was trained with depth `shrink` times smaller
    than the pictures, along both sides."""

    path: Path
    shrink: int


@dataclass(frozen=True)
class ModelFolder:
    """An LTX-2 on disk. `sizes` are bytes of weights by part; `loras` by the camera's move.

    `distilled`: it draws in 8 steps without guidance. `gated`: it is an LTX-2.3 or newer.
    `encoder` is the text encoder's class in transformers.
    `stored` is the transformer's number format as safetensors names it (`BF16`, `F8_E4M3`);
    `quantised`: what it says of itself is followed, and nothing is cast; `quantiser` names the
    method, as diffusers does. `has_slots`: it is an LTX-2.5, which could also draw in slots (DFR).
    """

    path: Path
    name: str
    revision: str | None
    encoder: str
    sizes: Mapping[str, int]
    distilled: bool
    gated: bool
    width: int
    stored: str
    quantised: bool
    quantiser: str | None
    has_slots: bool
    gguf: Path | None
    loras: Mapping[str, Path]
    refining_lora: Path | None
    depth_lora: DepthLora | None

    @property
    def stages(self) -> int:
        """Two where a half-size draft can be enlarged and refined, else one."""
        refines = self.distilled or self.refining_lora is not None
        return 2 if refines and UPSAMPLER in self.sizes else 1


def read_folder(path: Path, name: str | None = None, revision: str | None = None) -> ModelFolder:
    """See what is there. Reads configurations and the headers of weights.

    Raises:
        RushesError: it is no LTX-2, or a part of it is missing or cut off.
    """
    index = _json(path / "model_index.json")
    if not str(index.get("_class_name", "")).startswith("LTX2"):
        raise RushesError(
            f"{one_line(str(path))} holds no LTX-2: set video_model to a folder in the layout of "
            "diffusers (docs/models.md)"
        )
    for part in (*_WEIGHED, *_PLAIN):
        if not (path / part).is_dir():
            raise RushesError(f"{one_line(str(path))} lacks {part}/: {_AGAIN}")
    gguf = next(iter(sorted([*path.glob("*.gguf"), *path.glob(f"{TRANSFORMER}/*.gguf")])), None)
    sizes = {part: _weights(path / part) for part in _WEIGHED if part != TRANSFORMER or not gguf}
    if gguf is not None:
        sizes[TRANSFORMER] = gguf.stat().st_size
    if (path / UPSAMPLER).is_dir():
        sizes[UPSAMPLER] = _weights(path / UPSAMPLER)
    config = _json(path / TRANSFORMER / "config.json")
    stored, scaled = ("GGUF", False) if gguf else _format(path / TRANSFORMER)
    stated = config.get("quantization_config")
    quantised = gguf is not None or stated is not None
    if scaled and not quantised:
        raise RushesError(
            f"{one_line(str(path / TRANSFORMER))} holds scaled FP8 or NVFP4 weights without a "
            "quantization_config, which diffusers cannot read: take the BF16 ones, or ComfyUI"
        )
    named = name or _name(path)
    found = [*path.glob("*.safetensors"), *path.glob("loras/*.safetensors")]
    loras = {match[1]: file for file in found if (match := _CAMERA_LORA.search(file.stem))}
    depth = next((file for file in sorted(found) if _DEPTH_LORA.search(file.stem)), None)
    refining = next((file for file in sorted(found) if _REFINING_LORA.search(file.stem)), None)
    return ModelFolder(
        path=path,
        name=named,
        revision=revision or _commit(path) or fingerprint(path),
        encoder=_encoder(index),
        sizes=sizes,
        distilled=_distilled(path, named),
        gated=bool(config.get("gated_attn")),
        width=int(config.get("num_attention_heads", 32)) * int(config.get("attention_head_dim", 1)),
        stored=stored,
        quantised=quantised,
        quantiser=stated.get("quant_method") if isinstance(stated, dict) and not gguf else None,
        has_slots=bool(config.get("use_keyframes_abs_pos_embedding")),
        gguf=gguf,
        loras=loras,
        refining_lora=refining,
        depth_lora=None if depth is None else DepthLora(depth, _shrink(depth)),
    )


_AGAIN = "download it again (docs/models.md)"


def _json(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise RushesError(f"there is no {one_line(str(path))}: {_AGAIN}") from None
    except (OSError, ValueError) as error:
        why = one_line(str(error))
        raise RushesError(f"cannot read {one_line(str(path))}: {why}: {_AGAIN}") from None
    if not isinstance(content, dict):
        raise RushesError(f"cannot read {one_line(str(path))}: it is no table: {_AGAIN}")
    return content


def _encoder(index: Mapping[str, Any]) -> str:
    named = index.get("text_encoder")
    if not isinstance(named, list) or not str(named[-1]).startswith("Gemma"):
        raise RushesError(f"model_index.json names no text encoder that LTX-2 has: {_AGAIN}")
    return str(named[-1])


def _weights(folder: Path) -> int:
    """How many bytes of weights a part has.

    Raises:
        RushesError: a file that is named is not there, or is cut off.
    """
    named: set[str] = set()
    for index in folder.glob("*.safetensors.index.json"):
        named |= set(map(str, dict(_json(index).get("weight_map", {})).values()))
    files = [folder / name for name in sorted(named)] or sorted(folder.glob("*.safetensors"))
    if not files:
        raise RushesError(f"{one_line(str(folder))} has no weights (*.safetensors): {_AGAIN}")
    for file in files:
        if not file.is_file():
            raise RushesError(f"there is no {one_line(str(file))}: {_AGAIN}")
        _header(file)
    return sum(file.stat().st_size for file in files)


def _shrink(lora: Path) -> int:
    """What its authors wrote into it; 1 where they wrote nothing."""
    said = str(_header(lora).get(_NOTES, {}).get(_SHRINKS, 1))
    return int(said) if said in ("1", "2", "4") else 1


def _header(file: Path) -> Mapping[str, Mapping[str, Any]]:
    """The table of a safetensors file: eight bytes of length, this, the data.

    Raises:
        RushesError: it is not one, or ends too early.
    """
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        head = opened.read(length) if length < _MOST_HEADER_BYTES else b""
    try:
        table = json.loads(head)
        end = max((each["data_offsets"][1] for each in _tensors(table).values()), default=0)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RushesError(f"{one_line(str(file))} is damaged: {_AGAIN}") from None
    if file.stat().st_size != 8 + length + end:
        raise RushesError(f"{one_line(str(file))} is cut off: {_AGAIN}")
    return table  # type: ignore[no-any-return]


def _tensors(table: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    return {name: each for name, each in table.items() if name != _NOTES}


def _format(folder: Path) -> tuple[str, bool]:
    """The number format that most bytes are in, and whether scales lie beside them."""
    sizes: dict[str, int] = {}
    scaled = False
    for file in folder.glob("*.safetensors"):
        for name, tensor in _tensors(_header(file)).items():
            start, end = tensor["data_offsets"]
            sizes[tensor["dtype"]] = sizes.get(tensor["dtype"], 0) + end - start
            scaled = scaled or name.endswith("weight_scale")
    return max(sizes, key=lambda each: sizes[each], default=""), scaled


def _distilled(path: Path, name: str) -> bool:
    """The sigmas of a distilled model are taken as they are; the full one's are bent."""
    scheduler = _json(path / "scheduler" / "scheduler_config.json")
    return "distilled" in name.lower() or not scheduler.get("use_dynamic_shifting", False)


def _name(path: Path) -> str:
    """The folder's own, or the repository's where the hub's client keeps it."""
    if path.parent.name == "snapshots":
        return path.parent.parent.name.rpartition("--")[2]
    return path.resolve().name


def _commit(path: Path) -> str | None:
    """The hub's commit, where its own client put the folder there."""
    if path.parent.name == "snapshots" and _COMMIT.fullmatch(path.name):
        return path.name
    note = path / ".cache" / "huggingface" / "download" / "model_index.json.metadata"
    try:
        first = note.read_text("utf-8").split("\n", 1)[0]
    except (OSError, ValueError):
        return None
    return first if _COMMIT.fullmatch(first) else None
