"""`rushes export --clips`: selects cut out of their files, into a folder of their own."""

import json
import math
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from generator.clip import ENDINGS, Clip, How, cut_clip
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.output import check_output, whole_file, writing
from rushes.place import Place
from rushes.selects import Select, Timeline
from rushes.text import counted, one_line

LIST = "clips.json"
"""The list of what is in the folder."""

_BEGUN = ".clips-begun.json"
"""While there is no list: what is being cut. The clips that are there are that run's own."""

_STILLS = frozenset(".jpg .jpeg .png .webp .tif .tiff .bmp .heic .heif .hif .avif .dng".split())
_LONGEST_NAME = 80


@dataclass(frozen=True)
class CutOut:
    """What became of one select. `clip` is None of a still, which is copied as it is, and of
    what is left out: `left_out` says why in one line."""

    select: Select
    path: Path
    clip: Clip | None = None
    left_out: str = ""


@dataclass(frozen=True)
class ClipsFolder:
    """A folder of clips that was filled, in the order of the timeline."""

    folder: Path
    cuts: tuple[CutOut, ...]

    @property
    def made(self) -> tuple[CutOut, ...]:
        return tuple(each for each in self.cuts if not each.left_out)

    @property
    def left_out(self) -> tuple[CutOut, ...]:
        return tuple(each for each in self.cuts if each.left_out)


def cut_clips(timeline: Timeline, folder: Path, job: Job, *, force: bool = False) -> ClipsFolder:
    """Cut each select into `folder` as `01-tram.mp4`, as `rushes clip` does, and list them there.

    Stills are copied. A select that cannot be cut is left out, and the others go on. The folder is
    made if it is not there. What a run that was stopped has cut of the same is cut again.

    Raises:
        RushesError: there is nothing to cut, a file is there already and `force` is not given, or
            none of the selects can be cut.
        Cancelled: the job was cancelled. The clips that are whole stay.
    """
    if not timeline.selects:
        raise RushesError("there is nothing to export: no select is given")
    _check_folder(folder)
    todo = [(select, folder / name) for select, name in _named(timeline)]
    begun, plan = folder / _BEGUN, _plan(todo)
    force = force or _is_begun(begun, plan)
    for path in (*(each for _, each in todo), folder / LIST):
        if folder.exists():
            check_output(path, force, [select.path for select in timeline.selects])
    with writing(folder):
        folder.mkdir(exist_ok=True)
        begun.write_text(plan, encoding="ascii")
    cuts: list[CutOut] = []
    for number, (select, path) in enumerate(todo):
        job.check_cancelled()
        cuts.append(_cut(select, path, _OneOfMany(job, number, len(todo), path.name), force))
    done = ClipsFolder(folder, tuple(cuts))
    if not done.made:
        _forget(begun)
        raise RushesError(done.left_out[0].left_out)
    document = {"name": timeline.name, **clips_json(done)}
    with whole_file(folder / LIST, force) as partial, writing(folder / LIST):
        partial.write_text(json.dumps(document, indent=2), encoding="ascii")
    _forget(begun)
    return done


class _OneOfMany(Job):
    """The job of one clip: its progress is a part of that of all."""

    def __init__(self, whole: Job, number: int, count: int, name: str) -> None:
        super().__init__()
        self._whole = whole
        self._number = number
        self._count = count
        self._name = one_line(name)
        self.report("", 0)

    def report(self, stage: str, done: float, total: float | None = None, note: str = "") -> None:
        part = min(1.0, done / total) if total else 0.0
        self._whole.report("cutting clips", self._number + part, self._count, self._name)

    def check_cancelled(self) -> None:
        self._whole.check_cancelled()


def how_cut(clip: Clip) -> dict[str, object]:
    """What was cut and whether it lost anything, for a program."""
    return {
        "how": str(clip.how),
        "frames": clip.frames,
        "coded": clip.coded,
        "start_s": clip.start_s,
        "end_s": clip.end_s,
        "reason": clip.reason or None,
    }


def clips_json(done: ClipsFolder) -> dict[str, object]:
    """What was cut, for a program."""
    return {
        "folder": str(done.folder.absolute()),
        "clips": [_clip_json(each) for each in done.made],
        "left_out": [
            {"source": str(each.select.path.absolute()), "reason": each.left_out}
            for each in done.left_out
        ],
    }


def clips_lines(done: ClipsFolder) -> tuple[str, ...]:
    """What was cut, for a person, and whether it lost anything."""
    made = done.made
    told = {
        how: sum(each.clip is not None and each.clip.how is how for each in made) for how in How
    }
    stills = sum(each.clip is None for each in made)
    parts = [f"{count} {_SAID[how]}" for how, count in told.items() if count]
    parts += [counted(stills, "still")] if stills else []
    clips = counted(len(made), "clip")
    left_out = (f"left out: {one_line(each.left_out)}" for each in done.left_out)
    return (f"{one_line(str(done.folder))}: {clips}: {', '.join(parts)}", *left_out)


_SAID = {
    How.COPIED: "copied as they are",
    How.EDGES: "with only the edges coded again",
    How.CODED: "coded again",
}


def _clip_json(cut: CutOut) -> dict[str, object]:
    clip, select = cut.clip, cut.select
    told: dict[str, object] = {
        "file": cut.path.name,
        "source": str(select.path.absolute()),
        "name": select.name,
        "note": select.note,
    }
    if clip is None:
        return {**told, "how": "copied"}
    return {**told, **how_cut(clip)}


def _check_folder(folder: Path) -> None:
    shown = one_line(str(folder))
    if folder.exists() and not folder.is_dir():
        raise RushesError(f"cannot write into {shown}: it is a file, name a folder")
    if not folder.exists() and not folder.absolute().parent.is_dir():
        raise RushesError(f"cannot make {shown}: the folder it would be in is not there")


def _plan(todo: Sequence[tuple[Select, Path]]) -> str:
    """What is to be cut, to know it again."""
    cuts = [[str(s.path.absolute()), s.start_s, s.end_s, path.name] for s, path in todo]
    return json.dumps(cuts)


def _is_begun(begun: Path, plan: str) -> bool:
    """Whether a run that was stopped has begun to cut the same."""
    try:
        return begun.read_text(encoding="ascii") == plan
    except (OSError, ValueError):
        return False


def _forget(begun: Path) -> None:
    with suppress(OSError):  # it only says whose the clips are
        begun.unlink()


def _named(timeline: Timeline) -> Iterator[tuple[Select, str]]:
    """The selects, each with the name of its file."""
    digits = max(2, len(str(len(timeline.selects))))
    for number, select in enumerate(timeline.selects, 1):
        called = re.sub(r"[^\w.-]+", "-", one_line(select.name or select.path.stem)).strip("-.")
        name = called.encode()[:_LONGEST_NAME].decode(errors="ignore") or "clip"
        ending = select.path.suffix.lower()
        if ending not in ENDINGS and ending not in _STILLS:
            ending = ".mkv"
        yield select, f"{number:0{digits}d}-{name}{ending}"


def _cut(select: Select, path: Path, job: Job, force: bool) -> CutOut:
    try:
        if path.suffix in _STILLS:
            _copy(select.path, path, force)
            return CutOut(select, path)
        end_s = select.end_s if math.isfinite(select.end_s) else None
        clip = cut_clip(Place(select.path, select.start_s, end_s), path, job, force=force)
    except RushesError as error:
        return CutOut(select, path, left_out=str(error))
    return CutOut(select, path, clip)


def _copy(still: Path, path: Path, force: bool) -> None:
    try:
        source = still.open("rb")
    except OSError as error:
        raise RushesError(f"cannot read {one_line(still.name)}: {error.strerror}") from None
    with source, whole_file(path, force) as partial, writing(path), partial.open("wb") as file:
        shutil.copyfileobj(source, file)
