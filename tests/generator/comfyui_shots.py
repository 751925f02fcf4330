"""What the tests of the ComfyUI back end draw."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generator.backends.comfyui import ComfyUI
from generator.backends.comfyui.following import Patience
from generator.backends.protocol import Backend, PlacedKeyframe, Request
from rushes.errors import RushesError
from rushes.jobs import Job
from tests.fakes.comfyui_server import FakeComfyUI
from tests.media.sound import Sound
from tests.media.video import make_clip, scenes

FRAMES, RATE = 17, 48_000
SIZE = (128, 96)


def film(path: Path, size: tuple[int, int] = SIZE) -> bytes:
    """17 numbered frames at 25 a second with a stereo-less tone of the same length."""
    times = np.arange(round(FRAMES / 25 * RATE)) / RATE
    tone = (0.3 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
    make_clip(path, Fraction(25), (FRAMES,), size, sounds=[Sound(tone, RATE)])
    return path.read_bytes()


def request(keyframes: int = 2, **changes: Any) -> Request:
    """A shot with keyframes from the first frame to the last."""
    images = list(scenes((keyframes,), SIZE))
    last = max(1, keyframes - 1)
    placed = [
        PlacedKeyframe(image, (FRAMES - 1) * place // last, 0.7)
        for place, image in enumerate(images)
    ]
    said: dict[str, Any] = {
        "prompt": "the tram rounds the corner",
        "negative": "blurry",
        "keyframes": tuple(placed),
        "frames": FRAMES,
        "fps": Fraction(25),
        "width": SIZE[0],
        "height": SIZE[1],
        "seed": 7,
        "wants_sound": True,
    }
    return Request(**said | changes)


def backend(server: FakeComfyUI, poll_s: float = 0.05, **options: Any) -> ComfyUI:
    """Asks often, and gives up soon. What tests the messages must not ask: it would be faster."""
    patience = Patience(poll_s, again_s=0.01, gone_s=0.2)
    return ComfyUI(server.url, patience=patience, **options)


def refused(drawing: Backend, shot: Request | None = None) -> str:
    """The one line that drawing fails with."""
    with pytest.raises(RushesError) as caught:
        drawing.draw(shot or request(), Job())
    assert "\n" not in str(caught.value) and str(caught.value).isprintable()
    return str(caught.value)


def nodes(server: FakeComfyUI, kind: str) -> list[dict[str, Any]]:
    """The inputs of each node of a kind in the last graph."""
    graph = server.prompts[-1].values()
    return [node["inputs"] for node in graph if node["class_type"] == kind]
