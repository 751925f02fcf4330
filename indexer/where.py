"""A query to SQL: the conditions that both tables, `segments` and `frames`, can be asked.

What is not known is NULL. It never fits a filter, so it always fits a negated one.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from indexer.names import folded
from indexer.query import Query
from indexer.values import Among, Light, Pixels, Range, Resolution

DARK, BRIGHT = 0.27, 0.58
"""Of brightness, from 0 to 1: below it is dark, above it bright."""
COLD, WARM = -0.2, 0.4
"""Of warmth, from -1 to 1."""

_FPS_SLACK = 0.005  # 23.976 is what people call 24000/1001
_ABOUT_S = 0.5  # a length of 3 s is one that rounds to it
_ABOUT = 0.05  # the same of measures from 0 to 1
_DAY_S = 86_400
_MOST_FOLDERS = 2000  # beyond it a list of names is no faster
_MOST_PEOPLE = 32_767  # that the column holds
_ANY = "[^/]*"

_LIGHT = {
    Light.DARK: f"brightness < {DARK}",
    Light.NORMAL: f"(brightness >= {DARK} AND brightness <= {BRIGHT})",
    Light.BRIGHT: f"brightness > {BRIGHT}",
    Light.WARM: f"warmth > {WARM}",
    Light.COLD: f"warmth < {COLD}",
}

# From which long or short side on: the one for what is cut wide (3840x1600) or scanned 2:1, the
# other for what is cut narrow (2880x2160), both for pictures that stand upright. 1998 is DCI 2K.
_SIDES = {
    Resolution.SD: (0, 0),
    Resolution.HD: (1280, 720),
    Resolution.FULL_HD: (1920, 1080),
    Resolution.CINEMA_2K: (1998, 1440),
    Resolution.QUAD_HD: (2560, 1440),
    Resolution.UHD: (3840, 2160),
    Resolution.FIVE_K: (5120, 2700),
    Resolution.SIX_K: (5900, 3380),
    Resolution.EIGHT_K: (7680, 4320),
}


def conditions(query: Query, folders: Iterable[str] | None = None) -> str:
    """The SQL of a query's filters; "" if there are none.

    Words, phrases and labels are not among them: `indexer.wording` tells of those. If `folders`
    are given, those of the library, then those asked for are named, which an index can answer.
    """
    return " AND ".join([*_of_files(query, folders), *_of_shots(query)])


def file_conditions(query: Query, folders: Iterable[str] | None = None) -> str:
    """Those of them that ask of a file, not of a shot in it."""
    return " AND ".join(_of_files(query, folders))


def asks_of_shots(query: Query) -> bool:
    """Whether there are others."""
    return bool(_of_shots(query))


def label_condition(labels: Sequence[str]) -> str:
    """The SQL for pictures in which something of one of these labels is seen.

    A `*` in a label stands for any characters. Only the table `frames` has labels.
    """
    parts = []
    for label in labels:
        if "*" in label:
            pattern = "[^|]*".join(re.escape(part) for part in label.casefold().split("*"))
            parts.append(_matches("array_to_string(labels, '|')", f"(^|[|]){pattern}([|]|$)"))
        else:
            parts.append(f"array_has(labels, {_literal(label.casefold())})")
    return f"({' OR '.join(parts)})"


def _of_files(query: Query, folders: Iterable[str] | None = None) -> list[str]:
    return [
        *_chosen("kind", query.kinds),
        *_all(query.created, _days, "created_s"),
        *_all(query.fps, _fps, "fps"),
        *_all(query.resolutions, _resolution, "width"),  # the height is known where it is
        *_folders(query.folders, folders),
        *_all(query.sources, lambda each: f"{each} = true", "synthetic"),
        *_all(query.names, lambda each: _matches("file_name", _glob(each))),
    ]


def _of_shots(query: Query) -> list[str]:
    return [
        *_chosen("size", query.shots),
        *_listed("moves", query.moves),
        *_listed("sound", query.sounds),
        *_listed("colours", query.colours),
        *_all(query.lights, _LIGHT.__getitem__),
        *_measured("length_s", query.length_s, _ABOUT_S),
        *_all(query.people, _people, "people"),
        *_measured("sharpness", query.sharpness, _ABOUT),
        *_measured("exposure", query.exposure, _ABOUT),
        *_measured("shake", query.shake, _ABOUT),
        *_measured("motion", query.motion, _ABOUT),
    ]


def _all(
    filters: tuple[Among[Any], ...], sql: Callable[[Any], str], indexed: str | None = None
) -> list[str]:
    """`indexed` is the only column that is asked, if it has an index that knows of NULL."""
    return [
        _not(asked, indexed) if among.negated else f"({asked})"
        for among in filters
        for asked in [" OR ".join(sql(value) for value in among.values)]
    ]


def _not(asked: str, indexed: str | None = None) -> str:
    # No index answers IS NOT TRUE.
    return f"(NOT ({asked}) OR {indexed} IS NULL)" if indexed else f"({asked}) IS NOT TRUE"


def _chosen(column: str, filters: tuple[Among[Any], ...]) -> list[str]:
    return _all(filters, lambda each: f"{column} = {_literal(each)}", column)


def _measured(column: str, filters: tuple[Among[Any], ...], about: float) -> list[str]:
    return _all(filters, lambda each: _within(column, each, about=about), column)


def _listed(column: str, filters: tuple[Among[Any], ...]) -> list[str]:
    parts = []
    for among in filters:
        values = ", ".join(_literal(each) for each in among.values)
        asked = f"array_has_any({column}, [{values}])"
        parts.append(_not(asked) if among.negated else asked)
    return parts


def _folders(filters: tuple[Among[str], ...], folders: Iterable[str] | None) -> list[str]:
    if folders is None:
        return _all(filters, lambda each: _matches("folder", _folder(each)))
    parts = []
    for among in filters:
        patterns = [re.compile(_folder(each)) for each in among.values]
        fitting = [each for each in folders if any(p.search(each) for p in patterns)]
        if len(fitting) > _MOST_FOLDERS:
            parts += _folders((among,), None)
            continue
        # Every folder ends with a slash, so that none is "".
        named = f"folder IN ({', '.join(map(_literal, fitting or ['']))})"
        parts.append(_not(named, "folder") if among.negated else named)
    return parts


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _matches(column: str, pattern: str) -> str:
    # DataFusion turns a pattern without repetition into LIKE, and a backslash in it into an
    # escape: one that may match nothing keeps it from doing so.
    return f"regexp_like({column}, {_literal(pattern + _ANY)})"


def _within(column: str, asked: Range[Any], slack: float = 0.0, about: float = 0.0) -> str:
    """`slack` widens every included bound and narrows the others, `about` widens one value."""
    parts = []
    if asked.least is not None and asked.least == asked.most:
        slack = max(slack, about)
    if asked.least is not None:
        least = asked.least + (-slack if asked.least_included else slack)
        parts.append(f"{column} {'>=' if asked.least_included else '>'} {float(least)!r}")
    if asked.most is not None:
        most = asked.most + (slack if asked.most_included else -slack)
        parts.append(f"{column} {'<=' if asked.most_included else '<'} {float(most)!r}")
    return f"({' AND '.join(parts)})"


def _fps(asked: Range[float]) -> str:
    return _within("fps", asked, slack=_FPS_SLACK)


def _people(asked: Range[int]) -> str:
    # The index needs whole numbers, and one that does not fit the column's 16 bits is an error.
    parts = []
    if asked.least is not None:
        parts.append(f"people >= {min(asked.least + (not asked.least_included), _MOST_PEOPLE)}")
    if asked.most is not None:
        parts.append(f"people <= {min(asked.most - (not asked.most_included), _MOST_PEOPLE)}")
    return f"({' AND '.join(parts)})"


def _days(asked: Range[date]) -> str:
    parts = []
    if asked.least is not None:
        first_s = _seconds(asked.least) + (0 if asked.least_included else _DAY_S)
        parts.append(f"created_s >= {first_s}")
    if asked.most is not None:
        past_s = _seconds(asked.most) + (_DAY_S if asked.most_included else 0)
        parts.append(f"created_s < {past_s}")
    return f"({' AND '.join(parts)})"


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * _DAY_S


def _resolution(asked: Range[Resolution | Pixels]) -> str:
    parts = []
    if asked.least is not None:
        parts.append(_at_least(asked.least, asked.least_included))
    if asked.most is not None:
        parts.append(_at_most(asked.most, asked.most_included))
    return f"({' AND '.join(parts)})"


def _at_least(bound: Resolution | Pixels, included: bool) -> str:
    if isinstance(bound, Pixels):
        return _sides(">=", bound, included)
    classes = list(Resolution)
    from_class = classes.index(bound) + (not included)
    if from_class == len(classes):
        return "width < 0"  # nothing is above the last
    long, short = _SIDES[classes[from_class]]
    return f"({_any_side('>=', long)} OR {_both_sides('>=', short)})"


def _at_most(bound: Resolution | Pixels, included: bool) -> str:
    if isinstance(bound, Pixels):
        return _sides("<=", bound, included)
    return f"NOT {_at_least(bound, not included)}"


def _sides(sign: str, bound: Pixels, included: bool) -> str:
    long, short = max(bound.width, bound.height), min(bound.width, bound.height)
    if sign == ">=":
        fits = f"{_any_side(sign, long)} AND {_both_sides(sign, short)}"
    else:
        fits = f"{_both_sides(sign, long)} AND {_any_side(sign, short)}"
    if not included:
        same = f"(width = {long} AND height = {short}) OR (width = {short} AND height = {long})"
        fits += f" AND NOT ({same})"
    return f"({fits})"


def _any_side(sign: str, pixels: int) -> str:
    # No index answers greatest() or least().
    return f"(width {sign} {pixels} OR height {sign} {pixels})"


def _both_sides(sign: str, pixels: int) -> str:
    return f"(width {sign} {pixels} AND height {sign} {pixels})"


def _folder(asked: str) -> str:
    """A regular expression for a folder: names side by side, or a path from the root."""
    if asked == "~" or asked.startswith("~/"):
        asked = f"{Path.home().as_posix()}{asked[1:]}"
    names = [name for name in asked.split("/") if name not in ("", ".")]
    below = "".join(f"{_glob(name)}/" for name in names)
    # A file that lies in several folders has them side by side (indexer/rows.py).
    return f"{'(^|/)' if asked.startswith('/') else ''}/{below}"


def _glob(name: str) -> str:
    """A regular expression for a part of a name, in which `*` stands for any characters."""
    return _ANY.join(re.escape(part) for part in folded(name).split("*"))
