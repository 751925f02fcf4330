"""Which of the files below a folder are taken, and why the others are not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.errors import RushesError
from rushes.moment import Kind
from rushes.settings import Settings
from rushes.text import one_line

if TYPE_CHECKING:
    import pathspec

RULES = ".rushesignore"
"""A file of this name in a folder says what is left out below it, as .gitignore does."""

_MOST_RULES = 1_000_000  # characters
_HEAD_BYTES = 600
# What a camera writes beside a clip for itself. Most of these endings Rushes reads none of.
_CAMERAS_OWN = frozenset("thm lrv lrf xmp aae modd moff cpf cpi bdm mpl bup ifo bim ppn".split())
# Folders of a card, beside those of its clips, that hold smaller pictures of the same.
_OF_A_CARD = frozenset(("thmbnl", "sub", "icon", "proxy"))
_CLIPS = ("CLIP", "Clip", "VIDEO")
# Sony's of XAVC and XDCAM, and Panasonic's of P2.
_CAMERAS_XML = re.compile(
    rb"<(?:NonRealTimeMeta|MediaProfile|P2Main)\b|urn:schemas-(?:professionalDisc|Professional-Plug-in)"
)
# A subtitle a frame, of where the camera flew and how it was set: nobody says any of it.
_TELEMETRY = re.compile(rb"FrameCnt|SrtCnt|\[iso ?:|GPS ?\(|HOME\(|\[latitude ?:", re.IGNORECASE)


class Why(StrEnum):
    """Why a file is left out."""

    RULES = f"by {RULES}"
    SIDECAR = "a camera's own"
    KIND = "of a kind not wanted"
    SMALL = "smaller than wanted"
    LARGE = "larger than wanted"


@dataclass(frozen=True)
class Chooser:
    """What the settings let in."""

    kinds: frozenset[Kind] = frozenset(Kind)
    least_bytes: int = 0
    most_bytes: int | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Chooser":
        return cls(
            frozenset(Kind).difference(settings.leave_out.replace(",", " ").split()),
            round(settings.smallest_file_mb * 1e6),
            round(settings.largest_file_mb * 1e6) or None,
        )

    def why_not(self, kind: Kind, size_bytes: int) -> Why | None:
        """Why the settings leave a file out, None if they do not."""
        if kind not in self.kinds:
            return Why.KIND
        if size_bytes < self.least_bytes:
            return Why.SMALL
        if self.most_bytes is not None and size_bytes > self.most_bytes:
            return Why.LARGE
        return None


@dataclass(frozen=True)
class Rules:
    """The rules of one folder, which hold below it."""

    folder: Path
    spec: "pathspec.GitIgnoreSpec"


def rules_of(folder: Path) -> Rules | None:
    """The rules that a folder has of its own.

    Raises:
        RushesError: they cannot be read: what should stay out would be taken.
    """
    import pathspec

    path = folder / RULES
    try:
        if path.exists() and not path.is_file():
            raise ValueError("it is not a file")
        with path.open(encoding="utf-8") as file:
            lines = file.read(_MOST_RULES + 1).splitlines()
        if sum(map(len, lines)) > _MOST_RULES:
            raise ValueError("it is too large")
        return Rules(folder, pathspec.GitIgnoreSpec.from_lines(lines))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise RushesError(f"cannot read {path}: {one_line(str(error))}: correct it") from None


def is_left_out(path: Path, is_folder: bool, rules: Sequence[Rules]) -> bool:
    """Whether rules leave it out. Of several folders' rules the nearest that says anything holds.

    As with git, nothing below a folder that is left out can be let in again.
    """
    for each in reversed(rules):
        name = path.relative_to(each.folder).as_posix() + ("/" if is_folder else "")
        if (found := each.spec.check_file(name).include) is not None:
            return found
    return False


def is_beside_clips(folder: Path) -> bool:
    """Whether a folder is the one of a card that holds thumbnails or proxies of its clips."""
    if folder.name.lower() not in _OF_A_CARD:
        return False
    return any((folder.parent / name).is_dir() for name in _CLIPS)


def is_sidecar(path: Path) -> bool:
    """Whether a camera wrote it beside a clip for itself: a thumbnail, its settings, its flight."""
    ending = path.suffix.lower().lstrip(".")
    if ending in _CAMERAS_OWN:
        return True
    if ending == "xml":
        return _CAMERAS_XML.search(_head(path)) is not None
    if ending == "srt":
        return len(_TELEMETRY.findall(_head(path))) >= 2
    return False


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError:
        return b""  # what is wrong with it is said when it is read
