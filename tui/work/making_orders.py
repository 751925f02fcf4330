"""Orders that make films and clips: what a form was filled with, as a command of `rushes`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rushes.library_place import LibraryPlace
from rushes.moment import Kind, Moment
from rushes.place import Place, parse_place
from rushes.selects import Select, Timeline
from rushes.text import clean, one_line
from tui.work.order import Order, Standing

AUTO = "auto"
"""The back end that is the best here, and the upscaler."""

_LONGEST_S = 20.0
_SHORTEST_S = 1.0
_USUAL_S = 5.0


@dataclass(frozen=True)
class FilmWish:
    """A film that is wanted of a moment. "" leaves a thing to Rushes.

    `size` is as `1280x720`; keyframes of another shape lose their edges then.
    """

    moment: Moment
    out: Path
    prompt: str = ""
    camera: str = ""
    seconds: str = ""
    sound: str = ""
    size: str = ""
    upscale: str = ""
    backend: str = AUTO

    def arguments(self, library: LibraryPlace) -> tuple[str, ...]:
        """Of `rushes`, which prints JSON."""
        flags = {
            "--prompt": clean(self.prompt).strip(),
            "--camera": self.camera.strip(),
            "--seconds": self.seconds.strip(),
            "--sound": self.sound,
            "--size": self.size.strip(),
            "--fit": "crop" if self.size.strip() else "",
            "--upscale": self.upscale,
        }
        # With an equals sign, so that a prompt may begin with a hyphen.
        given = (f"{flag}={value}" for flag, value in flags.items() if value)
        return (
            "generate",
            *_start(self.moment),
            *given,
            f"--backend={self.backend}",
            f"--out={self.out}",
            f"--library={library}",
            "--json",
        )

    def planned(self, library: LibraryPlace) -> tuple[str, ...]:
        """The same, that only says what it would do."""
        return (*self.arguments(library), "--plan")

    def order(self, library: LibraryPlace) -> Order:
        return Order(f"generate {one_line(self.out.name)}", self.arguments(library))


def _start(moment: Moment) -> tuple[str, ...]:
    """What gives the film its keyframes: nothing, of a document or of sound."""
    if moment.kind is Kind.IMAGE:
        return (f"--keyframe={moment.path}",)
    if moment.kind is Kind.VIDEO:
        return (f"--from={place(moment.path, moment.start_s or 0.0, moment.end_s)}",)
    return ()


def source_of(order: Order) -> Place | None:
    """What the film of an order is made of; None if it has no source, or the order is no film's."""
    if order.command[0] == "upscale":
        return parse_place(order.command[1])
    for word in order.command:
        flag, _, value = word.partition("=")
        if order.command[0] == "generate" and flag in ("--from", "--keyframe"):
            return parse_place(value)
    return None


def usual_seconds(moment: Moment) -> str:
    """How long a film of a moment is if nothing else is said: as the moment, within reason."""
    if moment.kind is not Kind.VIDEO or moment.start_s is None or moment.end_s is None:
        return f"{_USUAL_S:g}"
    lasts_s = moment.end_s - moment.start_s
    return f"{round(min(max(lasts_s, _SHORTEST_S), _LONGEST_S), 1):g}"


def upscale_order(film: Path, to: str, library: LibraryPlace, taken: Sequence[Path] = ()) -> Order:
    """The film in a larger size, beside it, under a name that is not `taken`."""
    out = fresh(film.with_name(f"{film.stem}-{to}{film.suffix}"), taken)
    return enlarge_order(Place(film), to, out, library)


def enlarge_order(source: Place, to: str, out: Path, library: LibraryPlace) -> Order:
    """A film, or a part of it, in another size."""
    stretch = str(source.path)
    if source.start_s is not None:
        stretch = place(source.path, source.start_s, source.end_s)
    command = ("upscale", stretch, f"--to={to}", f"--out={out}", f"--library={library}", "--json")
    return Order(f"enlarge {one_line(source.path.name)} to {to}", command)


def clips_order(timeline: Timeline, folder: Path, force: bool) -> Order:
    """The selects, cut into a folder. They are named in the command: the list may change."""
    places = (_place(select) for select in timeline.selects)
    command = ("export", *places, f"--clips={folder}", f"--name={timeline.name}", "--json")
    count = len(timeline.selects)
    title = f"cut {count} clip{'' if count == 1 else 's'} into {one_line(folder.name)}"
    return Order(title, (*command, *(["--force"] if force else [])))


def promised(standings: Sequence[Standing]) -> tuple[Path, ...]:
    """The files that open orders are going to write."""
    return tuple(out for each in standings if each.state.is_open for out in each.order.outs)


def place(path: Path, start_s: float, end_s: float | None) -> str:
    """A stretch as `rushes` reads it, to the microsecond."""
    end = "" if end_s is None else f"-{end_s:.6f}"
    return f"{path.absolute()}@{start_s:.6f}{end}"


def _place(select: Select) -> str:
    return place(select.path, select.start_s, select.end_s if math.isfinite(select.end_s) else None)


def fresh(path: Path, taken: Sequence[Path] = ()) -> Path:
    """The path; or with a number the first like it that is neither there nor taken."""
    number, wanted = 1, path
    while wanted.exists() or wanted in taken:
        number += 1
        wanted = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return wanted


def made_name(moment: Moment, folder: Path, taken: Sequence[Path] = ()) -> Path:
    """Where a film of a moment goes if nothing else is said."""
    stem = one_line(moment.path.stem).replace("/", "-")[:60] or "film"
    return fresh(folder / f"{stem}-made.mp4", taken)
