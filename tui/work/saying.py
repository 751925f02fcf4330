"""Where orders stand, in words: for a line, a list and the details."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from rushes.text import clean, lasting, one_line
from tui.work.made import told_line
from tui.work.order import Order, Standing, State
from tui.work.reported import COUNTS

_MARKS = {
    State.WAITING: "…",
    State.RUNNING: "▶",
    State.PAUSED: "║",
    State.DONE: "✓",
    State.FAILED: "✗",
    State.STOPPED: "■",
}


@dataclass(frozen=True)
class Failure:
    """A file that an order could not read, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Line:
    """What the line of the jobs says. `alert` is what went wrong, or ""."""

    told: str
    alert: str

    @property
    def is_empty(self) -> bool:
        return not (self.told or self.alert)


def mark(standing: Standing) -> str:
    """One character for a state, which need not have a colour to be told from the others."""
    if standing.state is State.DONE and failures(standing):
        return "!"
    return _MARKS[standing.state]


def title(order: Order) -> str:
    """What it is called, in one line."""
    return one_line(order.title)


def share(standing: Standing) -> float | None:
    """How much of its stage is done, 0 to 1; None if nobody can tell."""
    progress = standing.progress
    if standing.state is State.DONE:
        return 1.0
    if progress is None or not progress.total:
        return None
    return min(1.0, max(0.0, progress.done / progress.total))


def state(standing: Standing) -> str:
    """Where it stands, with what is left and what went wrong: `indexing, 3 min left`."""
    match standing.state:
        case State.RUNNING:
            stage = standing.progress.stage if standing.progress else "starting"
            return ", ".join(filter(None, (stage, _left(standing))))
        case State.PAUSED:
            return "paused"
        case State.DONE:
            count = len(failures(standing))
            return f"done, {_files(count)} could not be read" if count else "done"
        case State.STOPPED:
            return "stopped"
        case other:
            return str(other)


def note(standing: Standing) -> str:
    """How far it is in files, footage or frames; or why it failed; or what came of it."""
    if standing.state is State.FAILED:
        return one_line(standing.told)
    if standing.state is State.DONE:
        return outcome(standing)
    if standing.state is State.STOPPED:
        return "what was finished is kept"
    progress = standing.progress
    if progress is None:
        return ""
    return one_line(progress.note) or (_counted(progress.done, progress.total))


def outcome(standing: Standing) -> str:
    """What a finished order has done, in one line."""
    if said := told_line(standing.order, standing.told):
        return said
    document = _document(standing)
    if "indexed" not in document:
        lines = clean(standing.told).strip().splitlines()
        return "" if document else one_line(lines[-1]) if lines else ""
    told = [f"{_files(_number(document, 'indexed'))} indexed"]
    for name, said in ({**COUNTS, "unchanged": "unchanged"}).items():
        if name != "indexed" and (count := _number(document, name)):
            told.append(f"{count} {said}")
    if took_s := _number(document, "took_s"):
        told.append(f"in {lasting(took_s)}")
    if why := document.get("not_described"):
        told.append(f"shots were not described: {one_line(str(why))}")
    return ", ".join(told)


def failures(standing: Standing) -> tuple[Failure, ...]:
    """The files that a finished order could not read, or not cut a clip of."""
    document = _document(standing)
    failed = _failed(document, "failed", "path", "error")
    return (*failed, *_failed(document, "left_out", "source", "reason"))


def _failed(document: dict[str, object], name: str, path: str, why: str) -> tuple[Failure, ...]:
    failed = document.get(name)
    if not isinstance(failed, list):
        return ()
    return tuple(
        Failure(one_line(str(each.get(path, ""))), one_line(str(each.get(why, ""))))
        for each in failed
        if isinstance(each, dict)
    )


def command(order: Order) -> str:
    """The command as one would type it."""
    return one_line(shlex.join(("rushes", *order.command)))


def details(standing: Standing) -> str:
    """All that there is to say of an order, as lines of text."""
    lines = [state(standing), note(standing)]
    if failed := failures(standing):
        lines += ["", f"could not be read ({len(failed)}):"]
        lines += [f"  {each.path}\n    {each.reason}" for each in failed]
    elif standing.told.strip() and standing.state is not State.FAILED:
        lines += ["", clean(standing.told).strip()]
    lines += ["", f"in   {one_line(standing.order.folder)}", f"$    {command(standing.order)}"]
    return "\n".join(lines)


def line(standings: Sequence[Standing]) -> Line:
    """What is under way, in one line: nothing if all is done."""
    under_way = [s for s in standings if s.state in (State.RUNNING, State.PAUSED)]
    waiting = sum(s.state is State.WAITING for s in standings)
    told: list[str] = []
    if under_way:
        first = under_way[0]
        told += [f"{mark(first)} {title(first.order)}", note(first)]
        told.append("paused" if first.state is State.PAUSED else _left(first))
        if len(under_way) > 1:
            told.append(f"{len(under_way) - 1} more at work")
    if waiting:
        told.append(f"{waiting} waiting")
    failed = sum(s.state is State.FAILED for s in standings)
    unread = sum(len(failures(s)) for s in standings)
    alert = [f"{failed} failed"] if failed else []
    if unread:
        alert.append(f"{_files(unread)} could not be read")
    return Line(" · ".join(filter(None, told)), f"✗ {', '.join(alert)}" if alert else "")


def _left(standing: Standing) -> str:
    return "" if standing.left_s is None else f"{lasting(standing.left_s)} left"


def _counted(done: float, total: float | None) -> str:
    if not total:
        return f"{done:,.0f}" if done else ""
    return f"{100 * min(1.0, done / total):.0f} %"


def _document(standing: Standing) -> dict[str, object]:
    if standing.state is not State.DONE:
        return {}
    try:
        document = json.loads(standing.told)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _number(document: dict[str, object], name: str) -> int | float:
    number = document.get(name)
    return number if isinstance(number, int | float) else 0


def _files(count: float) -> str:
    return "1 file" if count == 1 else f"{count:,.0f} files"
