"""Words to vectors, on a road that does not pass through torch.

Importing sentence-transformers costs longer than a whole search. So a BERT-like model is
exported once to ONNX and run with onnxruntime and tokenizers from then on.
"""

import json
import os
import threading
import warnings
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.embed.encoders import Certainty, TextEncoder, Vectors
from rushes.errors import ModelMissing
from rushes.models import Model, ModelStore

if TYPE_CHECKING:
    import onnxruntime
    import tokenizers
    from sentence_transformers import SentenceTransformer

# Each model has its own scale. MiniLM's was fitted on half of tests/quality/library.json
# (benchmarks/floors.py); the others are guesses from what their makers write of it.
_CERTAINTIES = {
    "all-minilm-l6-v2": Certainty(0.35, 0.08),
    "multilingual-e5-small": Certainty(0.84, 0.02),
    "qwen3-embedding-0.6b": Certainty(0.45, 0.08),
}

_BATCH_TOKENS = 4096  # in one run of the model: more does not make it faster

# What the makers of a model say to put before a text (their model cards).
_PREFIXES = {
    "multilingual-e5-small": ("query: ", "passage: "),
    "qwen3-embedding-0.6b": (
        "Instruct: Given a web search query, retrieve relevant passages that answer the query"
        "\nQuery:",
        "",
    ),
}


def load_text(model: Model, store: ModelStore, device: str) -> TextEncoder:
    """The encoder for an installed text model.

    Raises:
        ModelMissing: it is not installed.
        ModelDamaged: its files are not what was installed.
    """
    query, passage = _PREFIXES.get(model.id, ("", ""))
    folder = store.path(model)
    config = _json(folder / "config.json")
    if config.get("model_type") in ("bert", "xlm-roberta"):
        onnx = store.derived(model) / "model.onnx"
        if not onnx.exists():
            export_onnx(folder, onnx)
        return OnnxText(model.id, folder, onnx, query, passage)
    return TorchText(model.id, folder, device, query, passage)


class _Prefixed(ABC):
    """What the encoders share: a folder, and what to put before questions and passages."""

    def __init__(
        self, name: str, folder: Path, query_prefix: str = "", passage_prefix: str = ""
    ) -> None:
        self.name = name
        self.certainty = _CERTAINTIES.get(name, Certainty(0.35, 0.08))
        self._folder = folder
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        self._lock = threading.Lock()

    @cached_property
    def dimensions(self) -> int:
        return int(_json(self._folder / "config.json")["hidden_size"])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode([self._query_prefix + text for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode([self._passage_prefix + text for text in texts])

    @abstractmethod
    def _encode(self, texts: Sequence[str]) -> Vectors: ...


class OnnxText(_Prefixed):
    """A BERT-like sentence-transformers model with mean pooling, through onnxruntime."""

    def __init__(
        self, name: str, folder: Path, onnx: Path, query_prefix: str = "", passage_prefix: str = ""
    ) -> None:
        super().__init__(name, folder, query_prefix, passage_prefix)
        self._onnx = onnx

    def _encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            tokenizer, session = self._tokenizer, self._session
        encoded = tokenizer.encode_batch(list(texts))
        names = [each.name for each in session.get_inputs()]
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        # Texts of like length go together, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        at = 0
        while at < len(order):
            batch = [order[at]]
            while at + len(batch) < len(order):
                longest = len(encoded[order[at + len(batch)]].ids)
                if longest * (len(batch) + 1) > _BATCH_TOKENS:
                    break
                batch.append(order[at + len(batch)])
            length = max(len(encoded[i].ids) for i in batch)
            ids = np.full((len(batch), length), self._padding, np.int64)
            mask = np.zeros((len(batch), length), np.int64)
            for row, i in enumerate(batch):
                ids[row, : len(encoded[i].ids)] = encoded[i].ids
                mask[row, : len(encoded[i].ids)] = 1
            feeds = {"input_ids": ids, "attention_mask": mask}
            vectors[batch] = session.run(None, {name: feeds[name] for name in names})[0]
            at += len(batch)
        return vectors

    @cached_property
    def _padding(self) -> int:
        return int(_json(self._folder / "config.json").get("pad_token_id") or 0)

    @cached_property
    def _tokenizer(self) -> "tokenizers.Tokenizer":
        import tokenizers

        tokenizer = tokenizers.Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.enable_truncation(max_sequence_length(self._folder))
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _session(self) -> "onnxruntime.InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = os.cpu_count() or 1
        # Threads that wait by spinning take the cores from the decoders beside them.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(self._onnx, options, providers=["CPUExecutionProvider"])


class TorchText(_Prefixed):
    """Any sentence-transformers model, for those that are run on a graphics card."""

    def __init__(
        self, name: str, folder: Path, device: str, query_prefix: str = "", passage_prefix: str = ""
    ) -> None:
        super().__init__(name, folder, query_prefix, passage_prefix)
        self._device = device

    def _encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            vectors = self._model.encode(
                list(texts), normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, np.float32).reshape(len(texts), self.dimensions)

    @cached_property
    def _model(self) -> "SentenceTransformer":
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(
            str(self._folder), device=self._device, local_files_only=True, trust_remote_code=False
        )


def export_onnx(folder: Path, onnx: Path) -> None:
    """Write a BERT-like model with mean pooling and unit length as one ONNX file, or nothing.

    Takes token ids and mask, shape (batch, tokens), and gives vectors, (batch, dimensions).

    Raises:
        ModelMissing: torch or transformers is not here to do it.
    """
    try:
        import torch
        from transformers import AutoModel
        from transformers.utils.logging import disable_progress_bar
    except ImportError as error:
        raise ModelMissing(
            f"the text model cannot be prepared: {error} (run `pip install torch transformers`)"
        ) from None

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = AutoModel.from_pretrained(
                folder, local_files_only=True, attn_implementation="eager", dtype=torch.float32
            )

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.model(
                input_ids=input_ids, attention_mask=attention_mask
            ).last_hidden_state
            weights = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weights).sum(1) / weights.sum(1)
            return torch.nn.functional.normalize(mean, dim=1)

    onnx.parent.mkdir(parents=True, exist_ok=True)
    partial = onnx.with_suffix(".part")
    # Two tensors: one given twice would be taken for one input.
    ids, mask = torch.ones((2, 7), dtype=torch.int64), torch.ones((2, 7), dtype=torch.int64)
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens", max=8192)
    disable_progress_bar()  # type: ignore[no-untyped-call]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the names that the dimensions get
        program = torch.onnx.export(
            Pooled().eval(),
            (ids, mask),
            input_names=["input_ids", "attention_mask"],
            dynamo=True,
            dynamic_shapes=({0: batch, 1: tokens}, {0: batch, 1: tokens}),
            verbose=False,
            external_data=False,
        )
    assert program is not None  # with dynamo=True a program is what it returns
    program.save(str(partial), external_data=False)
    partial.replace(onnx)


def max_sequence_length(folder: Path) -> int:
    """How many tokens of a text the model reads: the least of what its files allow."""
    config = _json(folder / "config.json")
    positions = int(config.get("max_position_embeddings", 512))
    # RoBERTa's positions begin after that of its padding token.
    offset = int(config.get("pad_token_id", 1)) + 1 if "roberta" in config["model_type"] else 0
    limits = [
        positions - offset,
        _json(folder / "sentence_bert_config.json").get("max_seq_length"),
        _json(folder / "tokenizer_config.json").get("model_max_length"),
    ]
    return min(int(limit) for limit in limits if limit)


def _json(path: Path) -> dict[str, Any]:
    """A model's settings file; one that is not there sets nothing."""
    if not path.exists():
        return {}
    settings: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return settings
