"""Shots described by a vision language model on this machine, through llama.cpp."""

import threading
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.describe import MAX_TOKENS, data_url, plain_description, question
from indexer.segments import Image
from rushes.errors import ModelMissing, RushesError
from rushes.llama import check_llama, open_llama, runs_on_gpu

if TYPE_CHECKING:
    from llama_cpp import Llama

# Small enough for a processor: about 150 tokens a frame, where 768 pixels would be 340.
_MAX_SIDE = 512
_CONTEXT = 4096  # tokens: five frames of any proportions, the question and the reply


class LlamaDescriber:
    """A model and its picture encoder (`mmproj`), both GGUF. Safe to use from several threads.

    The chat template is the one in the model's own file. Both are loaded with the first shot,
    which is when `device` must be there.
    """

    def __init__(self, name: str, folder: Path, device: str) -> None:
        self.name = name
        self._folder = folder
        self._device = device
        self._lock = threading.Lock()

    def describe(self, frames: Sequence[Image], check: Callable[[], None]) -> str:
        """
        Raises:
            ModelMissing: llama.cpp is not here, or cannot load the model.
            RushesError: the device is not on this machine, or the pictures are too much for it.
        """
        if not frames:
            return ""
        content: list[dict[str, Any]] = [
            {"type": "image_url", "image_url": {"url": data_url(frame, _MAX_SIDE)}}
            for frame in frames
        ]
        content.append({"type": "text", "text": question(len(frames))})
        with self._lock:
            check()
            llama = self._loaded
            try:
                # As a stream, so that it can be stopped between two words. Looking at the
                # pictures cannot be: that is done before the first.
                parts: Any = llama.create_chat_completion(
                    messages=[{"role": "user", "content": content}],  # type: ignore[list-item, misc]
                    temperature=0.0,
                    repeat_penalty=1.1,
                    max_tokens=MAX_TOKENS,
                    stream=True,
                )
                reply = ""
                for part in parts:
                    check()
                    reply += part["choices"][0]["delta"].get("content") or ""
            except (ValueError, RuntimeError) as error:
                raise RushesError(f"{self.name} cannot describe it: {error}") from None
        return plain_description(reply)

    @cached_property
    def _loaded(self) -> "Llama":
        check_llama("shots cannot be described")
        from llama_cpp.llama_chat_format import MTMDChatHandler

        model, projector = self._files()
        gpu = runs_on_gpu(self._device)
        _silence()
        try:
            handler = MTMDChatHandler(str(projector), verbose=False, use_gpu=gpu)
            llama = open_llama(
                self.name,
                model,
                chat_handler=handler,
                n_ctx=_CONTEXT,
                n_gpu_layers=-1 if gpu else 0,
                # Without it the picture encoder's memory grows with the square of the picture.
                flash_attn=True,
            )
            handler._init_mtmd_context(llama)
        except (ValueError, RuntimeError, OSError) as error:
            raise ModelMissing(f"llama.cpp cannot load {self.name}: {error}") from None
        return llama

    def _files(self) -> tuple[Path, Path]:
        """The model, and its picture encoder."""
        found = sorted(self._folder.glob("*.gguf"))
        projectors = [path for path in found if path.name.startswith("mmproj")]
        models = [path for path in found if path not in projectors]
        if len(models) != 1 or len(projectors) != 1:
            raise ModelMissing(f"{self._folder} does not hold a model and its mmproj file")
        return models[0], projectors[0]


def _silence() -> None:
    """Keep the picture encoder from writing to standard error, where someone's screen is."""
    from llama_cpp import mtmd_cpp

    mtmd_cpp.mtmd_log_set(_say_nothing(), None)
    mtmd_cpp.mtmd_helper_log_set(_say_nothing(), None)


@cache  # and so kept: C calls it for as long as the process lives
def _say_nothing() -> Any:
    from llama_cpp import llama_log_callback

    return llama_log_callback(lambda level, text, data: None)
