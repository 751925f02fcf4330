"""A ComfyUI server, stills and what makes films of them, for each test that asks for one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as Pillow

from generator.backends.protocol import Backend
from generator.delivery import Delivery
from generator.render import Rendered, render_film
from generator.storyboard import Storyboard
from rushes.jobs import Job
from rushes.models import ModelStore
from tests.fakes.comfyui_server import FakeComfyUI
from tests.generator.comfyui_shots import film
from tests.generator.films import NO_LABEL, SIZE, Make, Stills, planned
from tests.media.video import scenes


@pytest.fixture(scope="session")
def comfyui_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture
def server(comfyui_film: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeComfyUI]:
    for name in ("http_proxy", "ws_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens: not to be used
    with FakeComfyUI(comfyui_film) as fake:
        yield fake


@pytest.fixture
def stills(tmp_path: Path) -> Stills:
    images = tuple(scenes((1, 1, 1), SIZE))
    paths = tuple(tmp_path / f"still-{index}.png" for index in range(3))
    for path, image in zip(paths, images, strict=True):
        Pillow.fromarray(image).save(path)
    return Stills(paths, images)


@pytest.fixture
def make(tmp_path: Path, starter_store: ModelStore) -> Make:
    def made(board: Storyboard, backend: Backend = NO_LABEL, **wish: object) -> Rendered:
        job = wish.pop("job", Job())
        assert isinstance(job, Job)
        delivery = replace(Delivery(tmp_path / "film.mp4", force=True), **wish)  # type: ignore[arg-type]
        return render_film(planned(board, backend), board, delivery, starter_store, job)

    return made
