"""Files from the hub at huggingface.co: one commit, resumed where it stopped, checked.

The hub's client finds the commit, the address and the user's own login; the bytes are read here,
because the client throws a half-read file away and cannot be stopped between two chunks.
"""

import contextlib
import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job
from rushes.models.catalogue import HubSource, Model
from rushes.models.record import inside

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

_TIMEOUT_S = 10.0
# How long to wait before each further try that brought no new byte.
_RETRY_WAITS_S = (0.0, 1.0, 3.0)
_PART = ".part"
_COMMIT = ".commit"


@dataclass(frozen=True)
class HubFile:
    """What the hub says of a file: SHA-256 of a large one, git's SHA-1 of a small one."""

    path: str
    size_bytes: int
    sha256: str | None
    git_sha1: str | None


@dataclass(frozen=True)
class Snapshot:
    """The files of one commit."""

    revision: str
    files: tuple[HubFile, ...]


def fetch_from_hub(model: Model, source: HubSource, into: Path, job: Job) -> Snapshot:
    """Download the model's files into the folder `into`, going on with what is there.

    The files are whole but not checked: see `has_git_hash` for those without a SHA-256.

    Raises:
        RushesError: no network, no such commit or file, a licence to accept, a full disk.
        Cancelled: the job was cancelled.
    """
    from huggingface_hub import hf_hub_url

    # Documented for use from outside, but not in an __all__.
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    progress = _Progress(job)
    headers = build_hf_headers(token=_token(model)) | {"Accept-Encoding": "identity"}

    def work() -> Snapshot:
        with _one_line_errors(model, source):
            snapshot = _look_up(model, source)
            _begin(into, snapshot.revision)
            progress.say(f"{model.name}, commit {snapshot.revision[:12]}", snapshot, into)
            _require_space(model, snapshot, into)
            for file in snapshot.files:
                url = hf_hub_url(
                    source.repo, file.path, revision=snapshot.revision, endpoint=_endpoint()
                )
                _fetch_file(file, url, headers, inside(into, file.path), progress)
            return snapshot

    return _in_thread(work, progress)


def clear_leftovers(into: Path, snapshot: Snapshot) -> None:
    """Leave the listed files only."""
    listed = {inside(into, file.path) for file in snapshot.files}
    for path in [*into.rglob("*")]:
        if path.is_file() and path not in listed:
            path.unlink()


def matches(path: str, pattern: str) -> bool:
    """Whether the pattern names the path; `*` does not cross a slash."""
    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))


def has_git_hash(path: Path, git_sha1: str | None) -> bool:
    """Whether the file is the git blob of that name, as the hub lists small files."""
    content = path.read_bytes()
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest() == git_sha1


class _Progress:
    """What the reading thread has done, and the word that it should stop."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.note = ""
        self.total_bytes: int | None = None
        self.files: tuple[Path, ...] = ()
        self.stop = threading.Event()

    def say(self, note: str, snapshot: Snapshot, into: Path) -> None:
        self.note = note
        self.total_bytes = sum(file.size_bytes for file in snapshot.files)
        self.files = tuple(inside(into, file.path) for file in snapshot.files)

    def check(self) -> None:
        if self.stop.is_set():
            raise Cancelled

    def report(self) -> None:
        done = sum(_size(path) or _size(_part(path)) for path in self.files)
        if self.total_bytes is not None:
            self.job.report("download", done, self.total_bytes, self.note)


def _in_thread(work: Callable[[], Snapshot], progress: _Progress) -> Snapshot:
    """Run `work` so that a read that hangs does not keep the user waiting for the end."""
    results: list[Snapshot] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            errors.append(error)

    thread = threading.Thread(target=run, name="hub download", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.1)
            progress.job.check_cancelled()
            progress.report()
    finally:
        progress.stop.set()
        thread.join(0.5)
    if errors:
        raise errors[0]
    return results[0]


def _look_up(model: Model, source: HubSource) -> Snapshot:
    from huggingface_hub import HfApi

    info = HfApi(endpoint=_endpoint(), token=_token(model)).model_info(
        source.repo, revision=source.revision, files_metadata=True, timeout=_TIMEOUT_S
    )
    if info.sha is None:
        raise RushesError(f"cannot download {model.name}: the hub names no commit")
    there = {sibling.rfilename: sibling for sibling in info.siblings or ()}
    wanted = [file.path for file in model.files]
    for file in model.files:
        if file.path not in there:
            raise RushesError(
                f"cannot download {model.name}: {source.repo} has no {file.path} "
                f"at commit {info.sha[:12]}"
            )
        lfs = there[file.path].lfs
        if lfs is not None and file.sha256 not in (None, lfs.sha256):
            raise RushesError(
                f"refused {model.name}: the hub lists {file.path} with another SHA-256 than "
                "Rushes's catalogue: update Rushes"
            )
    wanted += [
        path
        for path in sorted(there)
        if path not in wanted and any(matches(path, pattern) for pattern in source.patterns)
    ]
    return Snapshot(info.sha, tuple(_hub_file(there[path]) for path in wanted))


def _begin(into: Path, revision: str) -> None:
    """Make the folder ready for a commit: what is there of another one goes."""
    note = into / _COMMIT
    if not note.is_file() or note.read_text("utf-8") != revision:
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir(parents=True, exist_ok=True)
        note.write_text(revision, "utf-8")


def _hub_file(sibling: "RepoSibling") -> HubFile:
    if sibling.lfs is not None:
        return HubFile(sibling.rfilename, sibling.lfs.size, sibling.lfs.sha256, None)
    if sibling.size is None or sibling.blob_id is None:
        raise RushesError(f"the hub states no size for {ascii(sibling.rfilename)}")
    return HubFile(sibling.rfilename, sibling.size, None, sibling.blob_id)


def _require_space(model: Model, snapshot: Snapshot, into: Path) -> None:
    paths = [(inside(into, file.path), file.size_bytes) for file in snapshot.files]
    missing = sum(size - (_size(path) or _size(_part(path))) for path, size in paths)
    free = shutil.disk_usage(into).free
    if missing > free:
        raise RushesError(
            f"cannot install {model.name}: it needs {missing / 1e9:.1f} GB more, "
            f"the disk that holds {into.parent} has {free / 1e9:.1f} GB free"
        )


def _fetch_file(
    file: HubFile, url: str, headers: dict[str, str], target: Path, progress: _Progress
) -> None:
    """Read until the file is whole, going on after the last byte when the connection breaks."""
    if _size(target) == file.size_bytes:
        return
    part = _part(target)
    part.parent.mkdir(parents=True, exist_ok=True)
    if _size(part) > file.size_bytes:
        part.unlink()
    waits = iter(_RETRY_WAITS_S)
    while True:
        progress.check()
        had = _size(part)
        try:
            _read_into(part, url, headers, progress)
        except _transport_error() as error:
            if _is_answer(error):
                raise
            waits = iter(_RETRY_WAITS_S) if _size(part) > had else waits
            wait_s = next(waits, None)
            if wait_s is None:
                raise
            progress.stop.wait(wait_s)
            continue
        if _size(part) != file.size_bytes:
            part.unlink()
            raise RushesError(f"the hub sent {file.path} in another size than it lists")
        part.replace(target)
        return


def _read_into(part: Path, url: str, headers: dict[str, str], progress: _Progress) -> None:
    from huggingface_hub.utils import (  # type: ignore[attr-defined]
        get_session,
        hf_raise_for_status,
    )

    had = _size(part)
    asked = headers | ({"Range": f"bytes={had}-"} if had else {})
    with get_session().stream("GET", url, headers=asked, timeout=_TIMEOUT_S) as response:
        if response.is_error:
            response.read()
            hf_raise_for_status(response)
        # A server that does not know ranges sends the whole file again.
        with part.open("ab" if response.status_code == 206 else "wb") as copy:
            for chunk in response.iter_bytes():
                progress.check()
                copy.write(chunk)


@contextlib.contextmanager
def _one_line_errors(model: Model, source: HubSource) -> Iterator[None]:
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    cannot = f"cannot download {model.name}:"
    try:
        yield
    except RepositoryNotFoundError as error:
        if isinstance(error, GatedRepoError) or model.gated:
            raise RushesError(
                f"{cannot} accept its licence at {source.url} with your Hugging Face account, "
                "run `hf auth login`, then try again"
            ) from None
        raise RushesError(
            f"{cannot} the hub has no repository {source.repo} (was it renamed or withdrawn?)"
        ) from None
    except RevisionNotFoundError:
        raise RushesError(
            f"{cannot} {source.repo} no longer has commit {source.revision}: update Rushes"
        ) from None
    except OfflineModeIsEnabled:
        raise RushesError(f"{cannot} HF_HUB_OFFLINE is set") from None
    except HfHubHTTPError as error:
        raise RushesError(f"{cannot} the hub answered {error.response.status_code}") from None
    except (KeyError, TypeError, ValueError):
        raise RushesError(
            f"{cannot} the hub's answer makes no sense (does this network ask for a login?)"
        ) from None
    except _transport_error():
        raise RushesError(
            f"{cannot} no connection to {_endpoint() or 'https://huggingface.co'} "
            "(is this machine online?). Run the command again to go on where it stopped"
        ) from None


def _transport_error() -> type[Exception]:
    """The base of what the client's connection raises.

    It is httpx's HTTPError up to huggingface_hub 1 and httpx2's from 2 on: the hub's own error
    inherits from whichever it is.
    """
    from huggingface_hub.errors import HfHubHTTPError

    return cast(type[Exception], HfHubHTTPError.__mro__[1])


def _is_answer(error: Exception) -> bool:
    """Whether the hub answered, so that asking again would not help."""
    from huggingface_hub.errors import HfHubHTTPError

    return isinstance(error, HfHubHTTPError)


def _token(model: Model) -> bool | None:
    """The user's login (None: what the client finds) where it is needed; elsewhere, no name."""
    return None if model.gated else False


def _endpoint() -> str | None:
    """A mirror named by HF_ENDPOINT, as the hub's client has it."""
    return os.environ.get("HF_ENDPOINT") or None


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}{_PART}")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
