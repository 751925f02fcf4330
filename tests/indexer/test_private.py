"""Nothing leaves the machine: indexing, searching and asking with sockets forbidden."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rushes.models import ModelStore
from tests.tui.home import HARBOUR, OWL, make_home

_MEDIA = ("carphone_pristine.mp4", "beckett.wav", "01_get_started_text_to_image-1.webp")


def alone(home_environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.indexer.without_sockets", *arguments],
        env=home_environment,
        capture_output=True,
        text=True,
        timeout=280,
    )


def test_indexing_searching_and_asking_open_no_socket(
    tmp_path: Path, starter_store: ModelStore, demo_media: Path
) -> None:
    home = make_home(tmp_path, starter_store)
    (home.media / "harbour.txt").write_text(HARBOUR)
    (home.media / "owl.md").write_text(OWL)
    for path in demo_media.rglob("*"):
        if path.name in _MEDIA:
            shutil.copyfile(path, home.media / path.name)
    done = alone(home.environment(), "run", str(home.media))
    assert done.returncode == 0, done.stderr[-3000:]
    assert "quarter past seven" in done.stdout
    assert "no socket was asked for" in done.stdout


@pytest.mark.parametrize("how", ["python", "native"])
def test_a_socket_that_is_asked_for_does_not_pass_unnoticed(how: str, tmp_path: Path) -> None:
    if how == "native" and not sys.platform.startswith("linux"):
        pytest.skip("only Linux can forbid native code a socket")
    done = alone({"PATH": "/usr/bin:/bin"}, how)
    assert done.returncode != 0
    assert "no socket was asked for" not in done.stdout
