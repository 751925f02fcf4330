"""Where a library lies: in a folder, or in a bucket of object storage."""

import re
from dataclasses import dataclass
from pathlib import Path

from rushes.paths import expanded
from rushes.text import one_line

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PART = re.compile(r"[A-Za-z0-9_.=@-]+")


@dataclass(frozen=True)
class Bucket:
    """A place on a server that speaks S3: a bucket, and the folder in it, "" for all of it."""

    bucket: str
    folder: str = ""

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.folder}".rstrip("/")

    @property
    def name(self) -> str:
        """What it is called for short, as a folder is by its last part."""
        return self.folder.rpartition("/")[2] or self.bucket


LibraryPlace = Path | Bucket


def library_place(given: str | Path | Bucket) -> LibraryPlace:
    """The place that a person named. A path that begins with `~` or is relative stays so.

    Raises:
        ValueError: it names object storage, but not as `s3://BUCKET/FOLDER`.
    """
    if isinstance(given, Bucket):
        return given
    scheme, separator, rest = str(given).partition(":/")
    if not separator or not re.fullmatch("[a-z][a-z0-9+.-]+", scheme):
        return Path(given)
    shown = one_line(str(given))
    if scheme != "s3":
        raise ValueError(f"{shown}: only s3://BUCKET/FOLDER is known of what is not a folder")
    bucket, *parts = rest.strip("/").split("/")
    if not _BUCKET.fullmatch(bucket):
        raise ValueError(f"{shown}: {bucket!r} is no name of a bucket: s3://BUCKET/FOLDER is meant")
    for part in parts:
        if not _PART.fullmatch(part) or part in (".", ".."):
            raise ValueError(f"{shown}: {part!r} is no name of a folder in a bucket")
    return Bucket(bucket, "/".join(parts))


def absolute(place: LibraryPlace) -> LibraryPlace:
    """The same place, wherever the program is started and whichever links lead there.

    Two names of one library would be locked as two.
    """
    return expanded(place).resolve() if isinstance(place, Path) else place
