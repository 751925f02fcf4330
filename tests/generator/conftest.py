"""A ComfyUI server for each test that asks for one."""

from collections.abc import Iterator

import pytest

from tests.fakes.comfyui_server import FakeComfyUI
from tests.generator.comfyui_shots import film


@pytest.fixture(scope="session")
def comfyui_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture
def server(comfyui_film: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeComfyUI]:
    for name in ("http_proxy", "ws_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens: not to be used
    with FakeComfyUI(comfyui_film) as fake:
        yield fake
