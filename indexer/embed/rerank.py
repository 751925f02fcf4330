"""Which passages answer a question: a cross-encoder reads both at once and says how surely.

Slower than comparing vectors by far, and better: made for the few dozen that are found first.
"""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.embed.encoders import Reranker
from indexer.embed.text import max_sequence_length
from rushes.devices import pick_device
from rushes.errors import ModelMissing
from rushes.models import Model, ModelStore

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_BATCH = 16  # pairs in one run of the model
# Of a question and a text together. What the makers trained with, and more than a passage has:
# the larger model would read 8192, at the price of minutes for one long text.
_MAX_TOKENS = 1024
_CHARACTERS_PER_TOKEN = 16  # at most, in words of any language: what lies beyond is not read


def load_reranker(model: Model, store: ModelStore, device: str) -> Reranker:
    """The reranker for an installed model of the job "rerank".

    Raises:
        ModelMissing: it is not installed.
        ModelDamaged: its files are not what was installed.
    """
    return CrossEncoderReranker(model.id, store.path(model), device)


class CrossEncoderReranker:
    """A cross-encoder with one output, from a folder. Safe to use from several threads.

    The model is loaded with the first question, which is when `device` must be there. Of a
    question and a text only the first `max_tokens` are read, the longer of the two being cut.
    """

    def __init__(self, name: str, folder: Path, device: str) -> None:
        self.name = name
        self._folder = folder
        self._device = device
        self._lock = threading.Lock()  # HF's fast tokenizers cannot be used by two threads

    @cached_property
    def max_tokens(self) -> int:
        return min(max_sequence_length(self._folder), _MAX_TOKENS)

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """
        Raises:
            ModelMissing: the library that runs it is not installed.
            RushesError: the device is not on this machine.
        """
        if not texts:
            return np.empty(0, np.float32)
        longest = self.max_tokens * _CHARACTERS_PER_TOKEN
        pairs = [(question[:longest], text[:longest]) for text in texts]
        with self._lock:
            scores = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        return np.asarray(scores, np.float32).reshape(len(texts))

    @cached_property
    def _model(self) -> "CrossEncoder":
        try:
            import torch
            from sentence_transformers import CrossEncoder
            from transformers.utils.logging import disable_progress_bar
        except ImportError as error:
            raise ModelMissing(
                f"{self.name} cannot be loaded: {error} (run `pip install sentence-transformers`)"
            ) from None
        device = pick_device(self._device)
        disable_progress_bar()  # type: ignore[no-untyped-call]
        encoder: CrossEncoder = CrossEncoder(
            str(self._folder),
            device=device,
            local_files_only=True,
            trust_remote_code=False,
            max_length=self.max_tokens,
            # Said here, since the model's own files name another function or none.
            activation_fn=torch.nn.Sigmoid(),
        )
        return encoder
