"""What can be meant by what was typed so far: commands, files, moments and selects."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rushes.moment import Moment
from rushes.paths import expanded
from rushes.selects import Select
from rushes.text import one_line
from tui import labels
from tui.commands import COMMANDS, Command

MOST = 8
"""Suggestions at once."""

_COMMAND = re.compile(r"/[\w-]*")
_ARGUMENT = re.compile(r"/(?P<name>[\w-]+)\s+(?P<rest>[^\n]*)")
_AT = re.compile(r'(?:^|(?<=[\s(]))@(?P<name>"[^"\n]*|[^\s"@]*)$')


@dataclass(frozen=True)
class Suggestion:
    """`text` takes the place of what was typed; `shown` and `about` are one line each.

    `final`: nothing has to follow, so that it can be sent at once.
    """

    text: str
    shown: str
    about: str = ""
    final: bool = False


@dataclass(frozen=True)
class Completion:
    """Suggestions for the text from `start` to the cursor, the best first.

    `is_free`: what was typed may stand as it is, even where something is suggested.
    """

    start: int
    suggestions: tuple[Suggestion, ...]
    is_free: bool = False


NOTHING = Completion(0, ())


class Names:
    """The names of a library's files, to be found while they are typed: 100,000 in a few ms."""

    def __init__(self, files: Sequence[Path]) -> None:
        shown = [path for path in files if one_line(path.name) == path.name]
        self._files = shown
        self._names = [path.name.casefold() for path in shown]
        counts: dict[str, int] = {}
        for name in self._names:
            counts[name] = counts.get(name, 0) + 1
        self._counts = counts

    def matching(self, typed: str, most: int = MOST) -> list[Path]:
        """Files whose name begins so, has a word that does, has it anywhere, or has its letters in
        this order; with a slash in it, what stands before the last one is part of a folder.
        """
        folder, _, name = typed.casefold().rpartition("/")
        found: dict[int, None] = {}
        for fits in _ways(name):
            for number, each in enumerate(self._names):
                if fits(each) and number not in found and self._lies_in(number, folder):
                    found[number] = None
                    if len(found) == most:
                        return [self._files[number] for number in found]
        return [self._files[number] for number in found]

    def name(self, path: Path) -> str:
        """How a file is called: with its folder, if another has its name."""
        if self._counts.get(path.name.casefold(), 0) < 2:
            return path.name
        return f"{path.parent.name}/{path.name}"

    def _lies_in(self, number: int, folder: str) -> bool:
        return not folder or folder in self._files[number].parent.as_posix().casefold()


@dataclass
class Completer:
    """Suggests. `files` may take long when it is first called; `moments` are what is on the sheet.

    `arguments` are what may follow a command: of each its values, and what they are.
    """

    files: Callable[[], Sequence[Path]] = tuple
    moments: Callable[[], Sequence[Moment]] = tuple
    selects: Callable[[], Iterable[Select]] = tuple
    arguments: dict[str, Callable[[], Sequence[tuple[str, str]]]] = field(default_factory=dict)
    _names: tuple[Sequence[Path], Names] | None = field(default=None, init=False)

    def suggest(self, before: str) -> Completion:
        """What fits what stands before the cursor. To be called in a thread.

        Raises:
            RushesError: as `files` and `arguments` do.
        """
        if _COMMAND.fullmatch(before):
            return Completion(0, _commands(before[1:].casefold()))
        if match := _ARGUMENT.fullmatch(before):
            if match["name"] == "index":
                found = tuple(_folders(match["rest"]))
                return Completion(match.start("rest"), found, is_free=True)
            if values := self.arguments.get(match["name"].casefold()):
                given = _values(values(), match["rest"])
                return Completion(match.start("rest"), given, is_free=not match["rest"])
        if match := _AT.search(before):
            return Completion(match.start(), tuple(self._at(match["name"].strip('"'))))
        return NOTHING

    def _at(self, typed: str) -> list[Suggestion]:
        numbered = [
            _moment(number, each)
            for number, each in enumerate(self.moments(), 1)
            if not typed or (typed.isdigit() and str(number).startswith(typed))
        ]
        found = numbered[: MOST if typed else MOST // 2]
        named = typed.casefold()
        found += [
            _select(number, each)
            for number, each in enumerate(self.selects(), 1)
            if named in one_line(each.name or each.path.name).casefold()
        ][: MOST // 4]
        from agent.mentions import mention

        names = self._files()
        for path in names.matching(typed, MOST - len(found)):
            about = one_line(path.parent.as_posix())
            found.append(Suggestion(f"{mention(names.name(path))} ", path.name, about))
        return found

    def _files(self) -> Names:
        files = self.files()
        if self._names is None or self._names[0] is not files:
            self._names = files, Names(files)
        return self._names[1]


def _commands(typed: str) -> tuple[Suggestion, ...]:
    begun = [each for each in COMMANDS if each.name.startswith(typed)]
    within = [each for each in COMMANDS if typed in each.name and each not in begun]
    return tuple(_command(each) for each in (*begun, *within))


def _command(command: Command) -> Suggestion:
    shown = f"/{command.name} {command.usage}".strip()
    end = " " if command.takes_words else ""
    return Suggestion(f"/{command.name}{end}", shown, command.about, not command.needs_words)


def _values(values: Sequence[tuple[str, str]], typed: str) -> tuple[Suggestion, ...]:
    typed = typed.casefold()
    fitting = [each for each in values if typed in each[0].casefold()]
    fitting.sort(key=lambda each: not each[0].casefold().startswith(typed))
    return tuple(
        Suggestion(name, one_line(name), one_line(about), final=True)
        for name, about in fitting[:MOST]
    )


def _folders(typed: str) -> list[Suggestion]:
    """The folders on this machine that begin so."""
    head, slash, name = typed.rpartition("/")
    try:
        place = expanded(head + slash) if slash else Path.home()
        found = sorted(
            each.name
            for each in place.iterdir()
            if each.name.casefold().startswith(name.casefold())
            and (name.startswith(".") or not each.name.startswith("."))
            and one_line(each.name) == each.name
            and each.is_dir()
        )
    except (OSError, RuntimeError, ValueError):
        return []
    head = f"{head}{slash}" if head or slash else "~/"
    return [Suggestion(f"{head}{each}/", f"{head}{each}/") for each in found[:MOST]]


def _moment(number: int, moment: Moment) -> Suggestion:
    about = " ".join(filter(None, (labels.title(moment), labels.place(moment))))
    return Suggestion(f"@{number} ", f"@{number}", about)


def _select(number: int, select: Select) -> Suggestion:
    name = f"{select.path.parent.name}/{select.path.name}".lstrip("/")
    from agent.mentions import mention

    end_s = round(select.end_s, 3) if math.isfinite(select.end_s) else None
    written = mention(name, round(select.start_s, 3), end_s)
    about = f"select {number}" + (f", {labels.where(None, select.start_s, end_s)}" if end_s else "")
    return Suggestion(f"{written} ", one_line(select.name or select.path.name), about)


def _ways(name: str) -> list[Callable[[str], bool]]:
    ways: list[Callable[[str], bool]] = [lambda each: each.startswith(name)]
    if name:
        word = re.compile(rf"(?:^|[\W_]){re.escape(name)}")
        ways += [lambda each: name in each and word.search(each) is not None]
        ways += [lambda each: name in each, lambda each: _in_order(name, each)]
    return ways


def _in_order(letters: str, name: str) -> bool:
    """Whether a name has these letters one after the other, with others between them."""
    at = -1
    return all((at := name.find(letter, at + 1)) >= 0 for letter in letters)
