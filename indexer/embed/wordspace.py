"""The space in which labels, objects and questions meet: a text model's, fitted to the labels."""

import hashlib
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embed.encoders import TextEncoder, Vectors

_GLOSSES = Path(__file__).with_name("glosses.toml")
_PROMPT = "a photo of {}"

# Chosen with those of conse.py. What a word means in the dictionary counts half as much as it does.
_GLOSS_WEIGHT = 0.5
# 1 makes every direction of the labels' vectors count alike, 0 leaves them as they are. The widest
# directions say how a name is written rather than what it looks like.
_WHITENING = 0.7
_LEAST_SPREAD = 0.02  # of the widest direction's: narrower ones are noise


@dataclass(frozen=True)
class WordSpace:
    """`labels` has shape (labels, dimensions) and lengths near 1, `objects` unit vectors.

    `mean` and `whitening` bring a text's vector here: (v - mean) @ whitening.
    """

    mean: NDArray[np.float32]
    whitening: NDArray[np.float32]
    labels: NDArray[np.float32]
    objects: Vectors

    @classmethod
    def of(
        cls,
        labels: Sequence[tuple[str, ...]],
        objects: Sequence[str],
        text: TextEncoder,
        cache: Path,
    ) -> "WordSpace":
        """Made once for each text model, and kept in the folder `cache`."""
        phrases = [_PROMPT.format(", ".join(names)) for names in labels]
        phrases += [_PROMPT.format(name) for name in objects]
        recipe = [text.name, str((_GLOSS_WEIGHT, _WHITENING, _LEAST_SPREAD)), *phrases]
        key = hashlib.sha256("\n".join(recipe).encode() + _GLOSSES.read_bytes()).hexdigest()[:16]
        path = cache / f"labels-{key}.npy"
        side = text.dimensions
        shape = (1 + side + len(phrases), side)
        rows = kept(path, shape, lambda: _made(phrases, len(labels), text))
        words = rows[1 + side :]
        return cls(rows[0], rows[1 : 1 + side], words[: len(labels)], unit(words[len(labels) :]))

    def queries(self, vectors: Vectors) -> Vectors:
        return unit((vectors - self.mean) @ self.whitening)

    def nearness(self, meaning: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosines of a unit vector with all labels and objects."""
        lengths = np.maximum(np.linalg.norm(self.labels, axis=1), 1e-9)
        return np.concatenate([self.labels @ meaning / lengths, self.objects @ meaning])


def kept(
    path: Path, shape: tuple[int, ...], make: Callable[[], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """The array of that file, made where there is none of that shape, and then kept in it."""
    with suppress(OSError, ValueError, EOFError):
        rows = np.load(path)
        if rows.shape == shape:
            return np.asarray(rows, np.float32)
    rows = make()
    _keep(rows, path)
    return rows


def unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def _made(phrases: Sequence[str], labels: int, text: TextEncoder) -> NDArray[np.float32]:
    """The rows of mean, whitening, labels and objects."""
    glosses = tomllib.loads(_GLOSSES.read_text("utf-8"))["glosses"]
    words = text.encode_queries(phrases)
    meant = words[:labels] + _GLOSS_WEIGHT * text.encode_queries(glosses[:labels])
    words[:labels] = unit(meant)
    mean = words[:labels].mean(axis=0)
    words = words - mean
    # Eigenvectors of the labels' second moments; scaled so that lengths stay what they are.
    spread, directions = np.linalg.eigh(words[:labels].T @ words[:labels] / labels)
    spread = spread + _LEAST_SPREAD * spread.max()
    whitening = directions * spread ** (-_WHITENING / 2) @ directions.T
    whitening /= np.linalg.norm(words[:labels] @ whitening, axis=1).mean()
    return np.concatenate([mean[np.newaxis], whitening, words @ whitening]).astype(np.float32)


def _keep(rows: NDArray[np.float32], path: Path) -> None:
    # Only saves the next time: a folder that cannot be written is no obstacle.
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as partial:
            np.save(partial, rows)
        Path(partial.name).replace(path)
