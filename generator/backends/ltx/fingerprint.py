"""What tells weights apart that come without a commit."""

import hashlib
from pathlib import Path

_READ = 1 << 16
_PLACES = 16
"""Of a file that are read. All of an LTX-2 would take minutes; another training moves all of it."""


def fingerprint(folder: Path) -> str:
    """A checksum of the names, the sizes and samples of all weights in a model's folder."""
    digest = hashlib.sha256()
    for file in sorted([*folder.rglob("*.safetensors"), *folder.rglob("*.gguf")]):
        size = file.stat().st_size
        digest.update(f"{file.relative_to(folder).as_posix()} {size}\n".encode(errors="replace"))
        with file.open("rb") as opened:
            for place in range(_PLACES):
                opened.seek(max(0, size - _READ) * place // (_PLACES - 1))
                digest.update(opened.read(_READ))
    return f"sampled-sha256:{digest.hexdigest()}"
