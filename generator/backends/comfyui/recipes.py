"""The models that are known how to draw with, and which of them a server has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from generator.backends.comfyui.node_types import NodeType
from rushes.errors import ModelMissing


@dataclass(frozen=True)
class ModelFile:
    """A file that a loader must offer among the choices of its input.

    `example` is the one that the template names, `source` where it is had.
    """

    loader: str
    input: str
    pattern: str
    example: str
    folder: str
    source: str


@dataclass(frozen=True)
class Recipe:
    """A model: its files, and the kinds of node that only it needs."""

    name: str
    files: Mapping[str, ModelFile]
    nodes: tuple[str, ...]


_LTX_25_SOURCE = "https://huggingface.co/Lightricks/LTX-2.5"

LTX_25 = Recipe(
    "LTX-2.5",
    {
        "model": ModelFile(
            "UNETLoader",
            "unet_name",
            r"ltx[\W_]*2[._]5(?!.*lora).*distilled",
            "ltx-2.5-22b-distilled-transformer-comfy-int8-convrot.safetensors",
            "diffusion_models",
            _LTX_25_SOURCE,
        ),
        "vae": ModelFile(
            "VAELoader",
            "vae_name",
            r"ltx[\W_]*2[._]5.*video",
            "ltx-2.5-video-vae-bf16.safetensors",
            "vae",
            _LTX_25_SOURCE,
        ),
        "audio_vae": ModelFile(
            "VAELoader",
            "vae_name",
            r"ltx[\W_]*2[._]5.*audio",
            "ltx-2.5-audio-vae-bf16.safetensors",
            "vae",
            _LTX_25_SOURCE,
        ),
        "text": ModelFile(
            "CLIPLoader",
            "clip_name",
            r"gemma[\W_]*4.*ltx[\W_]*2[._]5",
            "gemma4-12b-with-proj-ltx-2.5-comfy-int8-convrot.safetensors",
            "text_encoders",
            _LTX_25_SOURCE,
        ),
    },
    ("LTXVDualCFGGuider",),
)
LTX_23 = Recipe(
    "LTX-2.3",
    {
        "model": ModelFile(
            "CheckpointLoaderSimple",
            "ckpt_name",
            r"ltx[\W_]*2[._]3(?!.*lora).*distilled",
            "ltx-2.3-22b-distilled-fp8.safetensors",
            "checkpoints",
            "https://huggingface.co/Lightricks/LTX-2.3-fp8",
        ),
        "text": ModelFile(
            "LTXAVTextEncoderLoader",
            "text_encoder",
            r"gemma[\W_]*3.*12b",
            "gemma_3_12B_it_fp4_mixed.safetensors",
            "text_encoders",
            "https://huggingface.co/Comfy-Org/ltx-2",
        ),
    },
    ("LTXAVTextEncoderLoader",),
)
RECIPES = (LTX_25, LTX_23)
"""The better first."""


@dataclass(frozen=True)
class Chosen:
    """A model that a server has, and what it calls the files."""

    recipe: Recipe
    files: Mapping[str, str]


def kinds_to_ask_for() -> tuple[str, ...]:
    """The kinds of node that tell which models a server has."""
    files = (file.loader for recipe in RECIPES for file in recipe.files.values())
    return tuple(dict.fromkeys((*files, *(kind for recipe in RECIPES for kind in recipe.nodes))))


def choose(types: Mapping[str, NodeType], where: str) -> Chosen:
    """The best model of which a server has all files.

    Raises:
        ModelMissing: there is none. The text names what the nearest lacks, and where it is had.
    """
    lacks: dict[str, list[str]] = {}
    for recipe in RECIPES:
        files = {job: _offered(file, types) for job, file in recipe.files.items()}
        found = {job: name for job, name in files.items() if name is not None}
        nodes = [f"the node {kind} (update ComfyUI)" for kind in recipe.nodes if kind not in types]
        if len(found) == len(files) and not nodes:
            return Chosen(recipe, found)
        lacks[recipe.name] = nodes + [
            f"{file.example} in models/{file.folder} ({file.source})"
            for job, file in recipe.files.items()
            if job not in found
        ]
    name = min(lacks, key=lambda each: len(lacks[each]))
    raise ModelMissing(f"{where} cannot draw with {name}: it lacks {', '.join(lacks[name])}")


def _offered(file: ModelFile, types: Mapping[str, NodeType]) -> str | None:
    loader = types.get(file.loader)
    offered = loader.choices.get(file.input, ()) if loader else ()
    return next((name for name in offered if re.search(file.pattern, name, re.I)), None)
