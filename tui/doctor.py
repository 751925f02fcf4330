"""`rushes doctor`: what works on this machine, what does not, and what to do."""

import importlib.util
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rushes.errors import RushesError
from rushes.library_place import absolute
from rushes.models import ModelStore, load_catalogue
from rushes.paths import paths
from rushes.settings import Settings
from rushes.text import one_line

_LEAST_FREE_BYTES = 2_000_000_000

# Import name, distribution, what it is for, how to get it; the last two may be missing.
_LIBRARIES = (
    ("lancedb", "lancedb", "the index", "pip install lancedb", True),
    ("av", "av", "reading film and sound", "pip install av", True),
    ("cv2", "opencv-python-headless", "looking at frames",
     "pip install opencv-python-headless", True),
    ("onnxruntime", "onnxruntime", "running the text model", "pip install onnxruntime", True),
    ("faster_whisper", "faster-whisper", "hearing speech", "pip install faster-whisper", True),
    ("rapidocr", "rapidocr", "reading words in pictures", "pip install rapidocr", True),
    ("ai_edge_litert", "ai-edge-litert", "knowing what a picture shows (starter)",
     'pip install "rushes[labels]"; without it pictures are found by their words and names only',
     False),
    ("llama_cpp", "llama-cpp-python", "the language model",
     'pip install "rushes[language]" (needs a C++ compiler); search does not need it', False),
    ("ncnn", "ncnn", "enlarging films with Real-ESRGAN",
     'pip install "rushes[upscale]"; without it films are enlarged by Lanczos alone', False),
    ("diffusers", "diffusers", "drawing shots with LTX-2",
     'pip install "rushes[generate]"; a ComfyUI server draws without it', False),
    ("obstore", "obstore", "a library on a server (s3://…)",
     'pip install "rushes[s3]"; a library in a folder does without it', False),
    ("ray", "ray", "indexing on several machines",
     'pip install "rushes[ray]"; one machine does without it', False),
    ("open_clip", "open-clip-torch", "knowing what a picture shows (standard, studio)",
     "pip install open-clip-torch", False),
    ("torch", "torch", "the larger models", "pip install torch", False),
)  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. What is `needed` and does not work makes `doctor` fail."""

    name: str
    works: bool
    needed: bool
    detail: str
    advice: str = ""


def examine(settings: Settings) -> list[Check]:
    """Look at the machine, the libraries, the models and the library in use."""
    return [*_machine(), *_libraries(), *_models(), _library(settings), *_files()]


def _machine() -> Iterator[Check]:
    yield Check(
        "python",
        sys.version_info >= (3, 11),
        True,
        f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "" if sys.version_info >= (3, 11) else "Rushes needs Python 3.11 or newer",
    )
    folder = _existing(paths().data)
    free = shutil.disk_usage(folder).free
    enough = free >= _LEAST_FREE_BYTES
    yield Check(
        "disk",
        enough,
        True,
        f"{free / 1e9:.1f} GB free at {folder}",
        "" if enough else "make room, or set RUSHES_HOME to a larger disk",
    )


def _libraries() -> Iterator[Check]:
    for module, distribution, purpose, advice, needed in _LIBRARIES:
        here = importlib.util.find_spec(module) is not None
        try:
            detail = f"{purpose}: {distribution} {version(distribution)}"
        except PackageNotFoundError:
            detail = f"{purpose}: {distribution}"
        yield Check(module, here, needed, detail, "" if here else advice)


def _models() -> Iterator[Check]:
    store = ModelStore(paths().models)
    for model in load_catalogue().profile("starter"):
        try:
            store.path(model)
        except RushesError as error:
            yield Check(model.id, False, model.job == "text", model.name, str(error))
        else:
            yield Check(model.id, True, True, f"{model.job}: {model.name}")


def _library(settings: Settings) -> Check:
    from indexer.library import Library

    place = str(absolute(settings.library))
    try:
        library = Library(settings)
        if not library.is_there:
            advice = "run `rushes index FOLDER`"
            return Check("library", True, False, f"none yet in {place}", advice)
        held = library.status()
    except RushesError as error:
        return Check("library", False, True, place, str(error))
    files = sum(held.files.values())
    advice = f"{len(held.failed)} could not be read: see `rushes status`" if held.failed else ""
    return Check("library", True, True, f"{files} files in {place}", advice)


def _files() -> Iterator[Check]:
    yield Check("settings", True, False, one_line(str(paths().config_file)))
    yield Check("log", True, False, one_line(str(paths().log / "rushes.log")))


def _existing(path: Path) -> Path:
    """The nearest folder above that is there."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
