"""Which encoder looks at pictures."""

from collections.abc import Callable
from importlib.util import find_spec

from indexer.embed.conse import ConSE
from indexer.embed.encoders import TextEncoder, VisionEncoder
from indexer.embed.openclip import OpenClip
from rushes.models import Model, ModelStore, load_catalogue


def load_vision(model: Model, store: ModelStore, text: TextEncoder, device: str) -> VisionEncoder:
    """The encoder for an installed model of the job "pictures".

    Raises:
        ModelMissing: it is not installed.
        ModelDamaged: its files are not what was installed.
    """
    return _LOADERS[model.id](model, store, text, device)


def runs_here(model: Model) -> bool:
    """Whether the library that runs a model is on this machine: not all platforms have it."""
    library = _LIBRARIES.get(model.id)
    return library is None or find_spec(library) is not None


def _conse(model: Model, store: ModelStore, text: TextEncoder, device: str) -> VisionEncoder:
    faces = load_catalogue().get("blazeface")
    seen = store.path(faces) if store.is_installed(faces) else None
    return ConSE(store.path(model), text, store.derived(model), seen)


def _open_clip(model: Model, store: ModelStore, text: TextEncoder, device: str) -> VisionEncoder:
    return OpenClip(model.id, store.path(model), device)


_LOADERS: dict[str, Callable[[Model, ModelStore, TextEncoder, str], VisionEncoder]] = {
    "labels-and-objects": _conse,
    "siglip2-b32-256": _open_clip,
    "siglip2-so400m-384": _open_clip,
}

# What is no dependency of Rushes because some platforms lack it.
_LIBRARIES = {"labels-and-objects": "ai_edge_litert"}
