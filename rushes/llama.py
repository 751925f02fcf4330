"""llama.cpp in this process, for what writes and what looks at pictures: opened quietly."""

import atexit
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rushes.devices import pick_device
from rushes.errors import ModelMissing, RushesError
from rushes.text import one_line

if TYPE_CHECKING:
    from llama_cpp import Llama

_TELLING = (3, 4)  # GGML_LOG_LEVEL_WARN and _ERROR
_said: list[str] = []
"""What llama.cpp complained of last, newest at the end: it gives reasons in no other way."""


def check_llama(what: str) -> None:
    """See that llama.cpp is here: to be called before anything else of it.

    Raises:
        ModelMissing: it is not. The text begins with `what` cannot be done then.
    """
    # Threads that wait for one another spin, and GNU's OpenMP lets them do so for milliseconds:
    # where other programs compute, too, writing is ten times as fast with less, else no slower.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # read when its library is loaded
    try:
        import llama_cpp  # noqa: F401
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelMissing(
            f"{what}: {one_line(str(error))} "
            '(run `pip install --upgrade "llama-cpp-python>=0.3.36"`)'
        ) from None


def runs_on_gpu(device: str) -> bool:
    """Whether llama.cpp is to use a GPU. What "auto" finds, llama.cpp knows by itself.

    Raises:
        RushesError: a GPU was asked for, and is not here or not what llama.cpp was built for.
    """
    import llama_cpp

    able = bool(llama_cpp.llama_supports_gpu_offload())
    if device == "auto" or pick_device(device) == "cpu":
        return able and device == "auto"
    if not able:
        raise RushesError(
            f"llama.cpp was built without {device} here: build llama-cpp-python anew for it, "
            "or use --device cpu"
        )
    return True


def open_llama(name: str, file: Path, **options: Any) -> "Llama":
    """A model, with the options of `llama_cpp.Llama`; closed when the program ends.

    Raises:
        ModelMissing: llama.cpp cannot load it. The text says why, as far as llama.cpp does.
    """
    from llama_cpp import Llama, llama_model_params, llama_print_system_info

    quiet()
    # Its code for AMX kills the process ("illegal instruction") when GCC before 14 compiled it,
    # https://github.com/ggml-org/llama.cpp/pull/26954; it is used through these buffers only.
    amx = b"AMX_INT8 = 1" in llama_print_system_info()

    class Safe(Llama):
        @property
        def model_params(self) -> llama_model_params:
            return self._params

        @model_params.setter
        def model_params(self, params: llama_model_params) -> None:
            params.use_extra_bufts = not amx
            self._params = params

    _said.clear()
    try:
        llama = Safe(str(file), verbose=False, **options)
    except (ValueError, RuntimeError, OSError) as error:
        why = next((text for text in _said if "error" in text), str(error))
        why = one_line(why.rpartition("error loading model: ")[2])
        raise ModelMissing(f"llama.cpp cannot load {name}: {why}") from None
    # Left to the interpreter, it is torn down after what it needs for that.
    atexit.register(llama.close)
    return llama


def quiet() -> None:
    """Keep llama.cpp from writing to standard error, where someone's screen is."""
    from llama_cpp import llama_log_set

    llama_log_set(_listener(), None)


@cache  # and so kept: C calls it for as long as the process lives
def _listener() -> Any:
    from llama_cpp import llama_log_callback

    def listen(level: int, text: bytes, data: object) -> None:
        if level in _TELLING:
            _said[:] = [*_said[-3:], text.decode("utf-8", "replace")]

    return llama_log_callback(listen)
