"""Files that are made: refused before the work where they cannot be, there only when whole."""

import errno
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rushes.errors import RushesError
from rushes.stopping import before_stop
from rushes.text import one_line


def check_output(path: Path, force: bool, sources: Iterable[Path] = ()) -> None:
    """Refuse a path that cannot be written, before minutes are spent.

    Raises:
        RushesError: its folder is not there, it is a folder, it exists and `force` is not given,
            or it is one of the `sources`.
    """
    shown = one_line(str(path))
    if path.is_dir():
        raise RushesError(f"cannot write {shown}: it is a folder")
    if not path.parent.is_dir():
        raise RushesError(f"cannot write {shown}: its folder is not there (make it first)")
    if path.exists():
        if any(source.exists() and path.samefile(source) for source in sources):
            raise RushesError(f"cannot write {shown}: it is what would be read")
        if not force:
            raise RushesError(f"cannot write {shown}: it is there already (--force replaces it)")


@contextmanager
def whole_file(path: Path, force: bool) -> Iterator[Path]:
    """A name beside `path` to write to: what was written takes its place when the block ends well.

    Raises:
        RushesError: as `check_output`, or it cannot be moved in.
    """
    check_output(path, force)
    # The ending stays: muxers go by it.
    partial = path.with_name(f".rushes-{secrets.token_hex(8)}.part{path.suffix}")
    try:
        with before_stop(partial.unlink):
            yield partial
            check_output(path, force)
            with writing(path):
                partial.replace(path)
    finally:
        with suppress(OSError):
            partial.unlink()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """The errors of a disk or of FFmpeg while it writes, as one sentence about `path`.

    Raises:
        RushesError: writing failed.
    """
    import av

    try:
        yield
    except (OSError, av.FFmpegError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        if error.errno == errno.ENOSPC:
            reason = "the disk is full"
        raise RushesError(
            f"cannot write {one_line(str(path))}: {reason or type(error).__name__}"
        ) from None
