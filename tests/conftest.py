"""What tests share: the real starter models and real media, fetched once for each environment."""

import os
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from indexer.embed.encoders import TextEncoder
from indexer.embed.text import load_text
from indexer.parts import Choice, Parts, choose
from rushes.jobs import Job
from rushes.models import ModelStore, load_catalogue
from rushes.models.install import install
from rushes.settings import Settings
from tui.demo import fetch_media

# Beside the installed packages: a new environment fetches anew, the next run does not.
KEPT = Path(os.environ.get("RUSHES_TEST_KEPT", Path(sys.prefix) / "rushes-test"))


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing that a test does touches the user's own Rushes. Its models are the shared ones."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("RUSHES_HOME", str(home))
    for name in Settings.model_fields:
        monkeypatch.delenv(f"RUSHES_{name.upper()}", raising=False)
    return home


@pytest.fixture(scope="session")
def starter_store() -> ModelStore:
    """The starter models, installed as `rushes models install starter` does."""
    store = ModelStore(KEPT / "models")
    with _one_at_a_time():
        install(load_catalogue().profile("starter"), store, Job())
    return store


@pytest.fixture
def installed(own_home: Path, starter_store: ModelStore) -> Path:
    """A home in which the starter models are installed."""
    (own_home / "data").mkdir()
    (own_home / "data" / "models").symlink_to(starter_store.root, target_is_directory=True)
    return own_home


@pytest.fixture(scope="session")
def text_encoder(starter_store: ModelStore) -> TextEncoder:
    return load_text(load_catalogue().get("all-minilm-l6-v2"), starter_store, "cpu")


@pytest.fixture(scope="session")
def starter_choice(starter_store: ModelStore) -> Choice:
    return choose(Settings(profile="starter"), starter_store)


@pytest.fixture(scope="session")
def starter_parts(starter_store: ModelStore, starter_choice: Choice) -> Parts:
    return Parts(starter_choice, Settings(profile="starter"), starter_store)


@pytest.fixture(scope="session")
def demo_media() -> Path:
    """The demo's real footage, speech and pictures, in folders named so."""
    with _one_at_a_time():
        fetch_media(KEPT / "media", Job())
    return KEPT / "media"


def _one_at_a_time() -> FileLock:
    """Tests run in several processes: the first one fetches, the others find it there."""
    KEPT.mkdir(parents=True, exist_ok=True)
    return FileLock(KEPT / "fetching.lock")
