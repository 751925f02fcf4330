"""Files and moments that a user points at with an @: `@plan.md`, `@bikes.mp4@3.5`, `@2`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from agent.followups import Generate, Similar, Trim, Unlike, Upscale, follow_up
from agent.table import Table
from agent.tools import Kit
from indexer.query import Query
from indexer.values import Among
from rushes.errors import RushesError
from rushes.moment import Kind, Moment
from rushes.place import Place, parse_place
from rushes.text import one_line

_TIME = r"@(?:(?:\d+:)?\d{1,2}:)?\d+(?:\.\d+)?s?(?:-(?:(?:\d+:)?\d{1,2}:)?\d+(?:\.\d+)?s?)?"
_MENTION = re.compile(
    r"(?<![\w@./])@(?:(?P<number>\d{1,3})(?![\w./])"
    rf'|(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<bare>[^\s"@,;]*[^\s"@,;.:?!)\]]))(?P<time>{_TIME})?)'
)
_AT = (
    r"(?:,? ?\b(?:in|from|of|inside|within|on|at|by|according to|with regard to|about)(?: file)? )"
)
_BARE = re.compile(r"[^\W_][\w./+-]*\w", re.ASCII)


@dataclass(frozen=True)
class Mentioned:
    """What was pointed at, files and numbers on the table, and the words without it.

    `spoken` are the words as they would be said of the table: with "it" and "#2".
    """

    places: tuple[Place, ...]
    numbers: tuple[int, ...]
    rest: str
    spoken: str


@dataclass(frozen=True)
class Pointed:
    """What a turn is about: words without @, the table, and the only files to be asked, if any."""

    words: str
    table: Table
    paths: tuple[Path, ...] = ()


def pointed(words: str, table: Table, kit: Kit) -> Pointed:
    """What the words point at. What is to be made from a file, or found like it, goes onto the
    table; a question or a search is about the files alone.

    Raises:
        RushesError: there is no such file or number, or one is wanted and several are meant.
    """
    found = mentioned(words, kit.library.files())
    if not found.places and not found.numbers:
        return Pointed(words, table)
    numbered = [table.moment(number) for number in found.numbers]
    wish = follow_up(found.spoken, table.chosen)
    if found.places and isinstance(wish, Generate | Similar | Trim | Unlike | Upscale):
        if len(found.places) > 1:
            names = ", ".join(one_line(str(place.path)) for place in found.places[:4])
            raise RushesError(f"only one can be meant of {names}: write its folder before it")
        whole = isinstance(wish, Trim | Upscale)
        return Pointed(found.spoken, Table(moments=(moment_of(found.places[0], kit, whole),)))
    if wish is not None and not found.places:
        return Pointed(found.spoken, table)
    paths = [*(each.path for each in found.places), *(each.path for each in numbered)]
    return Pointed(found.rest, table, tuple(dict.fromkeys(paths)))


def mention(name: str, start_s: float | None = None, end_s: float | None = None) -> str:
    """How a file, or a stretch of it, is pointed at. `name` may have folders before it."""
    written = name if _BARE.fullmatch(name) else '"' + name.replace('"', '""') + '"'
    if start_s is None:
        return f"@{written}"
    end = "" if end_s is None else f"-{end_s:g}"
    return f"@{written}@{start_s:g}{end}"


def mentioned(words: str, files: Sequence[Path]) -> Mentioned:
    """What the words point at, among the library's `files`. Of a name, all that have it.

    What is no file's name and does not look like one is left as it stands: people's names, too,
    begin with an @.

    Raises:
        RushesError: there is no file of a name that looks like one.
    """
    places: list[Place] = []
    numbers: list[int] = []

    def spoken(match: re.Match[str]) -> str:
        if match["number"]:
            numbers.append(int(match["number"]))
            return f"#{match['number']}"
        there = _meant(match, files)
        places.extend(there)
        return "it" if there else match[0]

    said = _MENTION.sub(spoken, words)
    if len(numbers) > 1:
        said = re.sub(r"#(\d)", r"\1", said)
    rest = _without(words, files)
    return Mentioned(tuple(dict.fromkeys(places)), tuple(numbers), rest, said)


def within(query: Query, paths: Sequence[Path]) -> Query:
    """The query, in files of these names in these folders; of no paths, the query itself."""
    if not paths:
        return query
    names = tuple(dict.fromkeys(one_line(path.name) for path in paths))
    folders = tuple(dict.fromkeys(path.parent.as_posix() for path in paths))
    return replace(
        query,
        names=(*query.names, Among(names)),
        folders=(*query.folders, Among(folders)),
    )


def among(moments: Sequence[Moment], paths: Sequence[Path]) -> tuple[Moment, ...]:
    """Those in these files: `within` lets others of the same name in folders below pass."""
    return tuple(each for each in moments if not paths or each.path in paths)


def moment_of(place: Place, kit: Kit, whole: bool) -> Moment:
    """A place in a file as a moment: the stretch, or where none is named the whole file or only
    its first shot.

    Raises:
        RushesError: the library holds no picture and no sound of it.
    """
    shown = [each for each in kit.library.pictures([place.path]) if each.start_s is not None]
    if not shown:
        return _still_or_sound(place, kit)
    at = [each for each in shown if (each.start_s or 0.0) <= (place.start_s or 0.0)] or shown[:1]
    first = at[-1]
    start_s, end_s = first.start_s, first.end_s
    if place.start_s is not None:
        start_s, end_s = place.start_s, place.end_s or end_s
    elif whole:
        start_s, end_s = shown[0].start_s, shown[-1].end_s
    return Moment(
        path=first.path,
        kind=first.kind,
        start_s=start_s,
        end_s=end_s,
        thumbnail=first.thumbnail,
        facts=first.facts,
        fps=first.fps,
    )


def _still_or_sound(place: Place, kit: Kit) -> Moment:
    if pictures := kit.library.pictures([place.path]):
        one = pictures[0]
        return Moment(one.path, one.kind, page=one.page, thumbnail=one.thumbnail, facts=one.facts)
    passages = kit.library.passages([place.path])
    if passages and passages[0].kind in (Kind.AUDIO, Kind.VIDEO):
        start_s = passages[0].start_s if place.start_s is None else place.start_s
        end_s = passages[-1].end_s if place.end_s is None else place.end_s
        return Moment(place.path, passages[0].kind, start_s, end_s)
    raise RushesError(f"{one_line(place.path.name)} has no picture to begin with")


def _without(words: str, files: Sequence[Path]) -> str:
    """The words without what is pointed at: nothing after "in" or "from", else "it"."""

    def left(match: re.Match[str]) -> str:
        if not match["number"] and not _meant(match, files):
            return match[0]
        outside = match.start() == 0 or match.end() == len(words)
        return "" if match["at"] or outside else "it"

    cut = re.sub(rf"(?P<at>{_AT})?{_MENTION.pattern}", left, words, flags=re.I)
    return re.sub(r"\s+([?!.,;])", r"\1", " ".join(cut.split())).strip(" ,;:")


def _meant(match: re.Match[str], files: Sequence[Path]) -> tuple[Place, ...]:
    name = (match["quoted"] or "").replace('""', '"') or match["bare"]
    wanted = [part.casefold() for part in PurePosixPath(name).parts if part != "/"]
    found = [
        path
        for path in files
        if path.name.casefold() == wanted[-1]
        and [part.casefold() for part in path.parts[-len(wanted) :]] == wanted
    ]
    if not found and (match["quoted"] or "." in wanted[-1] or "/" in name):
        raise RushesError(f"no file of the library is called {one_line(name)[:120]}")
    time = parse_place(f"x{match['time']}") if match["time"] else Place(Path())
    return tuple(Place(path, time.start_s, time.end_s) for path in found)
