"""How long threads spend in which stage of indexing, each second counted once."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from typing import Any

_GENERATORS = {
    "decode pictures of films": (("indexer.shots", "looks"),),
    "decode sound": (("indexer.speech", "sound_blocks"),),
    "shots": (("indexer.readers.video", "shot_frames"),),
    "speech": (("indexer.speech", "Speech.segments"),),
    "read the rest": (("indexer.pipeline", "read"),),
}
_FUNCTIONS = {
    "voices": (("indexer.speech", "voices_in"),),
    "sounds": (("indexer.sounds", "SoundTrack.add"),),
    "text or not": (("indexer.screen_words", "text_look"), ("indexer.ocr", "may_hold_text")),
    "OCR": (("indexer.ocr", "Ocr._read"),),
    "embed pictures": (("indexer.pipeline", "Line._frame_rows"),),
    "embed words": (("indexer.pipeline", "Line._vectors"),),
    "commit": (("indexer.store", "Store.commit"),),
    "tidy up": (("indexer.store", "Store.optimize"),),
}
STAGES = (*_GENERATORS, *_FUNCTIONS)
"""In the order in which they are printed."""


class Stopwatch:
    """Seconds by stage. What a thread does inside another stage counts for the inner one only."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._own = threading.local()

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        stack: list[str] = self._own.__dict__.setdefault("stack", [])
        self._lap()
        stack.append(stage)
        try:
            yield
        finally:
            self._lap()
            stack.pop()

    def attach(self) -> None:
        """From now on measure all stages in this process."""
        for stages, wrapped in ((_GENERATORS, self._generator), (_FUNCTIONS, self._function)):
            for stage, places in stages.items():
                for module, name in places:
                    holder: Any = import_module(module)
                    *outer, last = name.split(".")
                    for each in outer:
                        holder = getattr(holder, each)
                    setattr(holder, last, wrapped(stage, getattr(holder, last)))

    def _lap(self) -> None:
        now = time.perf_counter()
        stack: list[str] = self._own.stack
        if stack:
            with self._lock:
                self.seconds[stack[-1]] += now - self._own.at
        self._own.at = now

    def _function(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            with self.running(stage):
                return function(*arguments, **named)

        return timed

    def _generator(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Iterator[Any]:
            items = iter(function(*arguments, **named))
            end = object()
            while True:
                with self.running(stage):
                    item = next(items, end)
                if item is end:
                    return
                yield item

        return timed
