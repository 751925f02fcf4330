"""Which encoder looks at pictures."""

from collections.abc import Callable

from indexer.embed.conse import ConSE
from indexer.embed.encoders import TextEncoder, VisionEncoder
from indexer.embed.openclip import OpenClip
from rushes.models import Model, ModelStore


def load_vision(model: Model, store: ModelStore, text: TextEncoder, device: str) -> VisionEncoder:
    """The encoder for an installed model of the job "pictures".

    Raises:
        ModelMissing: it is not installed.
        ModelDamaged: its files are not what was installed.
    """
    return _LOADERS[model.id](model, store, text, device)


def _conse(model: Model, store: ModelStore, text: TextEncoder, device: str) -> VisionEncoder:
    return ConSE(store.path(model), text, store.derived(model))


def _open_clip(model: Model, store: ModelStore, text: TextEncoder, device: str) -> VisionEncoder:
    return OpenClip(model.id, store.path(model), device)


_LOADERS: dict[str, Callable[[Model, ModelStore, TextEncoder, str], VisionEncoder]] = {
    "labels-and-objects": _conse,
    "siglip2-b32-256": _open_clip,
    "siglip2-so400m-384": _open_clip,
}
