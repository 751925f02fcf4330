"""A copy of a small model in a form that processors compute faster with."""

import ctypes
import os
from contextlib import suppress
from pathlib import Path

from rushes.gguf import Gguf
from rushes.llama import quiet

_SLOW = (3, 9)  # LLAMA_FTYPE_MOSTLY_Q4_1, _Q5_1
_LARGEST = 400 << 20  # bytes; of a larger model the bits, not the arithmetic, take the time


def for_processor(file: Path, model: Gguf, derived: Path) -> Path:
    """The file, or a copy of it in 8 bits under `derived`, made once.

    llama.cpp has no fast matrix product for Q4_1 and Q5_1: SmolLM2-135M reads a prompt about
    two and a half times as fast from Q8_0, and writes no slower. To 8 bits nothing is lost.
    """
    if model.file_type not in _SLOW or model.size_bytes > _LARGEST:
        return file
    copy = derived / f"{file.stem}.Q8_0.gguf"
    if copy.is_file():
        return copy
    from llama_cpp import LLAMA_FTYPE_MOSTLY_Q8_0, llama_model_quantize
    from llama_cpp.llama_cpp import llama_model_quantize_default_params

    quiet()  # it tells of every tensor
    how = llama_model_quantize_default_params()
    how.ftype = LLAMA_FTYPE_MOSTLY_Q8_0
    how.allow_requantize = True
    # Named after the process: two may do this at once. A copy has its name once it is whole.
    partial = copy.with_suffix(f".{os.getpid()}.part")
    with suppress(OSError):
        derived.mkdir(parents=True, exist_ok=True)
        if llama_model_quantize(bytes(file), bytes(partial), ctypes.byref(how)) == 0:
            partial.replace(copy)
            return copy
        partial.unlink(missing_ok=True)
    return file  # slower, and as good
