"""What the tests of whole libraries share: the mixed library, made and indexed once."""

import os
import pickle
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

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
    # One for all processes that tests run in: it takes a minute or two to be made.
    own = tmp_path_factory.getbasetemp()
    top = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "mixed"
    top.mkdir(exist_ok=True)
    root, made = top / "media", top / "made.pickle"
    library = Library(Settings(library=top / "library"), starter_store)
    with FileLock(top / "making.lock"):
        if not made.exists():
            root.mkdir()
            talk = make_mixed_library(root, demo_media)
            made.write_bytes(pickle.dumps((talk, library.index([root], Job()))))
    talk, report = pickle.loads(made.read_bytes())
    return Mixed(library, root, talk, report)


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
