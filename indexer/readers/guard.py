"""What every reader of documents does before, and while, a library opens a file of a stranger."""

import copy
import errno
import logging
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rushes.errors import Cancelled, RushesError, UnreadableFile
from rushes.jobs import Job
from rushes.text import one_line

log = logging.getLogger(__name__)

MIB = 1 << 20
MAX_MEMBERS = 20_000
MAX_UNPACKED = 4096 * MIB
MAX_PART = 64 * MIB
"""Of one XML part: libraries hold it in memory as a tree several times its size."""
MAX_RATIO = 200
"""Real documents pack 3 to 60 times smaller; deflate cannot do better than 1032."""
_SMALL = 8 * MIB
"""A member this small may be packed as tightly as it likes."""

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGINNINGS = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"{\\rtf", "a rich text document"),
    (b"<html", "a web page"),
    (b"<!doctype html", "a web page"),
)


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Say of everything that goes wrong inside that the file is not a whole `what`.

    Raises:
        UnreadableFile: anything but a `RushesError` or `Cancelled` was raised inside.
    """
    try:
        yield
    except (RushesError, Cancelled):
        raise
    except FileNotFoundError:
        raise UnreadableFile("it is gone (was it moved while it was read?)") from None
    except PermissionError:
        raise UnreadableFile("it may not be read (check its permissions)") from None
    except Exception as error:  # noqa: BLE001
        # On damaged input the libraries raise whatever their code runs into: KeyError,
        # AttributeError, struct.error, lxml's, zlib's and their own.
        raise UnreadableFile(_why(error, what)) from error


def _why(error: Exception, what: str) -> str:
    """In a person's words: what a library says of itself ("decoder error -2") helps nobody."""
    if isinstance(error, MemoryError):
        return "reading it would take more memory than there is (its header may be damaged)"
    if isinstance(error, RecursionError) or "Excessive depth" in str(error):
        return f"it is nested deeper than any honest {what}"
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        return f"cannot read it: {error.strerror}"
    log.info("not a whole %s: %s: %s", what, type(error).__name__, one_line(str(error))[:200])
    if type(error).__name__ in ("ParseError", "XMLSyntaxError"):
        return f"it is not a whole {what}: its XML is damaged (is it a copy that was cut off?)"
    if type(error).__name__ == "EntitiesForbidden":
        return f"its XML declares entities, which no honest {what} does"
    if isinstance(error, KeyError):
        return f"it is not a whole {what}: a part of it is missing (save it anew)"
    return f"it is not a whole {what} (is it a copy that was cut off?)"


def beginning(path: Path, size: int = 1024) -> bytes:
    """The first bytes of a file.

    Raises:
        UnreadableFile: there are none.
        OSError: it cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(size)
    if not head:
        raise UnreadableFile("it is empty")
    return head


def looks_like(head: bytes) -> str | None:
    """What a file that begins so is, in words, if that is plain."""
    start = head.lstrip()[:16].lower()
    return next((name for mark, name in _BEGINNINGS if start.startswith(mark.lower())), None)


def check_zip(path: Path, what: str, job: Job, max_part: int = MAX_PART, dtd: bool = False) -> None:
    """Read a zip-based document once, in small pieces, before a library opens it whole.

    Refused are bombs (sizes that are absurd or lie), methods of packing and declarations of
    entities that documents do not use. Zips inside the zip stay closed, here and in the readers.

    Args:
        what: the kind of document, for the message.
        max_part: most bytes of one XML part.
        dtd: whether the kind may declare a document type (EPUB; Office and OpenDocument may not).

    Raises:
        UnreadableFile: says what is wrong.
        Cancelled: the user asked to stop.
    """
    with reading(what):
        head = beginning(path)
        if head.startswith(_OLE2):
            raise UnreadableFile(
                "it has a password or is of the old binary kind (save it anew without either)"
            )
        if not zipfile.is_zipfile(path):
            other = looks_like(head)
            if other and not head.startswith(b"PK"):
                raise UnreadableFile(f"it is not a {what} but {other} (give it the right ending)")
            raise UnreadableFile("it is not a whole zip archive (is it a copy that was cut off?)")
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive.infolist(), path.stat().st_size, max_part)
            for info in archive.infolist():
                job.check_cancelled()
                _check_member(archive, info, dtd)


def _check_sizes(members: list[zipfile.ZipInfo], size_bytes: int, max_part: int) -> None:
    if len(members) > MAX_MEMBERS:
        raise UnreadableFile(f"it holds {len(members):,} parts, which no honest document does")
    if sum(info.file_size for info in members) > MAX_UNPACKED:
        raise UnreadableFile("it unpacks to over 4 GB (is it a zip bomb?)")
    if sum(info.compress_size for info in members) > size_bytes:
        raise UnreadableFile("its parts lie over each other (is it a zip bomb?)")
    for info in members:
        name = one_line(info.filename)[:80]
        if info.flag_bits & 1:
            raise UnreadableFile("it has a password (save a copy without one)")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFile(f"its part {name} is packed as no document is (save it anew)")
        if _is_xml(info) and info.file_size > max_part:
            raise UnreadableFile(f"its part {name} unpacks to over {max_part // MIB} MB")
        if info.file_size > max(_SMALL, MAX_RATIO * info.compress_size):
            raise UnreadableFile(f"its part {name} is packed too tightly (is it a zip bomb?)")


def _check_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, dtd: bool) -> None:
    """Unpack a member in pieces: its true size, its checksum, and no document type in its XML."""
    # zipfile stops at the size that the archive claims, but only after unpacking all that is
    # there: with no claimed size it unpacks piece by piece, and compares the checksum at the end.
    honest = copy.copy(info)
    honest.file_size = sys.maxsize
    look = _is_xml(info) and not dtd
    size, tail = 0, b""
    with archive.open(honest) as member:
        while piece := member.read(MIB):
            size += len(piece)
            if size > info.file_size:
                raise UnreadableFile("its sizes are lies (is it a zip bomb?)")
            if look and _declares(tail + piece):
                raise UnreadableFile(
                    "its XML declares a document type, which no honest document of its kind does"
                )
            tail = piece[-32:]


def _is_xml(info: zipfile.ZipInfo) -> bool:
    return info.filename.lower().endswith((".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html"))


def _declares(xml: bytes) -> bool:
    # UTF-16 shows as ASCII once its zero bytes are gone.
    return any(mark in xml.replace(b"\0", b"") for mark in (b"<!DOCTYPE", b"<!ENTITY"))
