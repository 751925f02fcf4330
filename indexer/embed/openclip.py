"""Models that were trained on pictures and words together, through open_clip."""

import json
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.embed.encoders import Seen, Vectors
from indexer.segments import Image
from rushes.devices import pick_device
from rushes.errors import ModelMissing

if TYPE_CHECKING:
    import torch

_BATCH = 32  # pictures or texts in one run of the model
_CHANCE = 0.001  # a picture that fits a query less probably than this is no hit


class OpenClip:
    """An open_clip model from a folder. Safe to use from several threads.

    `folder` holds open_clip_config.json, open_clip_model.safetensors and the tokenizer. The
    model is loaded with the first picture or query, which is when `device` must be there.
    """

    def __init__(self, name: str, folder: Path, device: str) -> None:
        self.name = name
        self._folder = folder
        self._device = device
        self._lock = threading.Lock()  # HF's fast tokenizers cannot be used by two threads

    @cached_property
    def dimensions(self) -> int:
        config = json.loads((self._folder / "open_clip_config.json").read_text("utf-8"))
        return int(config["model_cfg"]["embed_dim"])

    @property
    def floor(self) -> float:
        """The cosine at which the model's own sigmoid gives a pair the probability `_CHANCE`.

        SigLIP: Zhai et al., "Sigmoid Loss for Language Image Pre-Training", ICCV 2023. Loads
        the model, for its scale and bias.
        """
        with self._lock:
            model = self._loaded.model
        logit = math.log(_CHANCE / (1 - _CHANCE))
        scale, bias = math.exp(model.logit_scale.item()), float(model.logit_bias.item())
        return (logit - bias) / scale

    def encode_images(self, images: Sequence[Image]) -> list[Seen]:
        """
        Raises:
            ModelMissing: open_clip is not installed.
            RushesError: the device is not on this machine.
        """
        from PIL import Image as Pillow

        seen: list[Seen] = []
        with self._lock:
            loaded = self._loaded
            for at in range(0, len(images), _BATCH):
                pixels = [
                    loaded.prepare(Pillow.fromarray(image)) for image in images[at : at + _BATCH]
                ]
                vectors = loaded.run(loaded.model.encode_image, pixels)
                seen += [Seen(vector) for vector in vectors]
        return seen

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """
        Raises:
            ModelMissing: open_clip is not installed.
            RushesError: the device is not on this machine.
        """
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        with self._lock:
            loaded = self._loaded
            for at in range(0, len(texts), _BATCH):
                tokens = list(loaded.tokenize(list(texts[at : at + _BATCH])))
                vectors[at : at + _BATCH] = loaded.run(loaded.model.encode_text, tokens)
        return vectors

    @cached_property
    def _loaded(self) -> "_Loaded":
        try:
            import open_clip
        except ImportError as error:
            raise ModelMissing(
                f"{self.name} cannot be loaded: {error} (run `pip install open-clip-torch`)"
            ) from None
        place, device = f"local-dir:{self._folder}", pick_device(self._device)
        model, prepare = open_clip.create_model_from_pretrained(place, device=device)
        model.eval()
        return _Loaded(model, prepare, open_clip.get_tokenizer(place), device)


@dataclass(frozen=True)
class _Loaded:
    """open_clip's parts, which it does not type: the model, and what goes before it."""

    model: Any
    prepare: "Callable[[Any], torch.Tensor]"
    tokenize: "Callable[[list[str]], torch.Tensor]"
    device: str

    def run(self, encode: "Callable[..., torch.Tensor]", inputs: "list[torch.Tensor]") -> Vectors:
        """Unit vectors for one batch. On CUDA the products are taken in half precision."""
        import torch

        half = torch.autocast("cuda", torch.float16, enabled=self.device == "cuda")
        with torch.inference_mode(), half:
            vectors = encode(torch.stack(inputs).to(self.device)).float()
            vectors = torch.nn.functional.normalize(vectors, dim=-1)
        return np.asarray(vectors.cpu(), np.float32)
