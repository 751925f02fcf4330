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

from indexer.embed.encoders import Certainty, Seen, Vectors
from indexer.segments import Image
from rushes.devices import pick_device
from rushes.errors import ModelMissing

if TYPE_CHECKING:
    import torch

_BATCH = 32  # pictures or texts in one run of the model
_EVEN = 0.005
_SLOPE = 1.5  # in the model's logits
_LIKENESS = Certainty(0.75, 0.05)  # a guess: pictures of one thing lie near each other in SigLIP 2


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
    def certainty(self) -> Certainty:
        """The model's own sigmoid, which is trained on pairs of which nearly none fit, evened out.

        SigLIP: Zhai et al., "Sigmoid Loss for Language Image Pre-Training", ICCV 2023. A pair that
        it gives the probability `_EVEN` is taken to be as likely right as wrong. Loads the model,
        for its scale and bias.
        """
        with self._lock:
            model = self._loaded.model
        logit = math.log(_EVEN / (1 - _EVEN))
        scale, bias = math.exp(model.logit_scale.item()), float(model.logit_bias.item())
        return Certainty((logit - bias) / scale, _SLOPE / scale)

    @property
    def likeness(self) -> Certainty:
        return _LIKENESS

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
