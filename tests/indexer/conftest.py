"""What the tests of whole libraries share: the mixed library, made and indexed once."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.library import Library
from indexer.report import Report
from rushes.jobs import Job
from rushes.library_place import Bucket
from rushes.models import ModelStore
from rushes.settings import Settings
from tests.fakes.s3 import make_bucket, serving
from tests.media.library import make_mixed_library
from tests.media.talk import Talk


@dataclass(frozen=True)
class Mixed:
    """The mixed library, where its files lie, its talk, and what indexing it reported."""

    library: Library
    root: Path
    talk: Talk
    report: Report


@pytest.fixture(scope="session")
def mixed(
    tmp_path_factory: pytest.TempPathFactory, demo_media: Path, starter_store: ModelStore
) -> Mixed:
    root = tmp_path_factory.mktemp("mixed")
    talk = make_mixed_library(root, demo_media)
    settings = Settings(library=tmp_path_factory.mktemp("libraries") / "mixed")
    library = Library(settings, starter_store)
    return Mixed(library, root, talk, library.index([root], Job()))


@pytest.fixture
def library_in(tmp_path: Path, starter_store: ModelStore) -> Callable[..., Library]:
    """Opens the library of this test, with the settings given."""

    def opened(**settings: object) -> Library:
        given = {"library": tmp_path / "library", **settings}
        return Library(Settings(**given), starter_store)  # type: ignore[arg-type]

    return opened


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """A server that speaks S3 on the loopback, with a bucket `films`."""
    with serving() as address:
        make_bucket(address, "films")
        yield address


@pytest.fixture
def bucket(s3_address: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """A fresh place on that server, which the environment names."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-a-test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-a-test")
    monkeypatch.delenv("AWS_REGION", raising=False)
    return Bucket("films", f"library-{uuid.uuid4().hex[:8]}")
