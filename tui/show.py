"""What the commands print: for a person, or as one JSON document."""

import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rushes import Moment
from rushes.moment import clock
from rushes.text import counted, one_line
from tui.labels import facts, home, place, reasons, title

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from indexer.evaluation import Evaluation
    from indexer.query import Query
    from indexer.report import Report, Status
    from indexer.rows import Asset
    from indexer.search import Results
    from rushes.models import Model, ModelStore
    from tui.describing import Described
    from tui.doctor import Check

_SNIPPET = 170
_EVALUATED = (
    "lists", "sense", "asked", "R@1", "R@5", "R@10", "MRR", "IoU 0.5", "missed", "absent", "refused"
)  # fmt: skip


def results(
    found: "Results", query: "Query", as_json: bool, with_takes: bool, sheet: Path | None
) -> None:
    """Search results, best first; if nothing fits, the nearest there are."""
    if as_json:
        print_json(
            {
                "query": str(query),
                "moments": [moment_json(moment) for moment in found.moments],
                "nearest": [moment_json(moment) for moment in found.nearest],
            }
        )
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    if found.nearest:
        console.print("nothing that fits; nearest:")
    elif not found.moments:
        console.print("nothing that fits")
    moments(console, found.moments or found.nearest, query.plain, with_takes)
    if sheet is not None:
        console.print(Text(f"contact sheet: {sheet}"))


def moments(
    console: "Console", found: Sequence[Moment], question: str, with_takes: bool = False
) -> None:
    """Moments with their numbers, and each one's takes below it if they are wanted."""
    for number, moment in enumerate(found, 1):
        _print_moment(console, f"{number:2d}  ", moment, question)
        for take in moment.takes if with_takes else ():
            _print_moment(console, "    take  ", take, question)


def _print_moment(console: "Console", mark: str, moment: Moment, question: str) -> None:
    from rich.text import Text

    line = Text(mark)
    line.append(title(moment), "bold")
    if where := place(moment):
        line.append(f"  {where}", "cyan")
    line.append(f"  {reasons(moment)}", "green")
    console.print(line)
    if moment.text:
        console.print(Text("    ").append_text(_snippet(moment.text, question)))
    about = facts(moment)
    if moment.takes:
        about = "; ".join(filter(None, (about, f"{counted(len(moment.takes), 'more take')}")))
    if about:
        console.print(Text(f"    {about}"))
    console.print(Text(f"    {home(moment.path.parent)}{os.sep}", "dim"))


def evaluation(done: "Evaluation", as_json: bool) -> None:
    """How questions were answered, by the lists that took part and by sense."""
    if as_json:
        print_json(asdict(done))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in _EVALUATED:
        justify = "left" if heading in ("lists", "sense") else "right"
        table.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for name, by_sense in done.scores.items():
        for sense, score in by_sense.items():
            shares = (score.first, score.five, score.ten, score.mrr, score.inside, score.missed)
            cells = [name, sense, str(score.asked), *map(_share, shares)]
            cells += [str(score.absent), _share(score.refused)]
            table.add_row(*(Text(one_line(cell)) for cell in cells))
    Console(highlight=False, width=max(Console().width, 100)).print(table)
    print(f"a search: median {done.median_ms:.0f} ms, 95th percentile {done.p95_ms:.0f} ms")


def report_json(done: "Report", described: "Described") -> None:
    """What an indexing run did, for a program."""
    print_json(
        {
            "indexed": done.indexed,
            "unchanged": done.unchanged,
            "moved": done.moved,
            "copies": done.copies,
            "removed": done.removed,
            "footage_s": round(done.footage_s, 3),
            "took_s": round(done.took_s, 3),
            "failed": [_failure_json(asset) for asset in done.failed],
            "restless": [str(path) for path in done.restless],
            "away": [str(path) for path in done.away],
            "described": described.shots,
            "not_described": described.reason,
        }
    )


def report(done: "Report") -> None:
    """What an indexing run did."""
    line = f"{counted(done.indexed, 'file')} indexed in {_duration(done.took_s)}"
    if done.footage_s:
        line += f" ({_duration(done.footage_s)} of footage)"
    line += f", {done.unchanged} unchanged"
    if done.moved:
        line += f", {done.moved} moved"
    if done.copies:
        line += f", {done.copies} {'copy' if done.copies == 1 else 'copies'}"
    if done.removed:
        line += f", {done.removed} gone"
    if done.restless:
        line += f", {len(done.restless)} still changing: left for the next run"
    print(line)
    for path in done.away:
        print(f"{home(path)} is not there, what it holds stays (is the drive plugged in?)")
    _print_failures(done.failed, most=8)


def described(done: "Described") -> None:
    """How many shots a model has said something of."""
    if done.shots:
        print(f"{counted(done.shots, 'shot')} described")
    if done.reason:
        print(f"shots were not described: {done.reason}", file=sys.stderr)


def status(held: "Status", as_json: bool) -> None:
    """What a library holds."""
    if as_json:
        print_json(
            {
                "library": str(held.place),
                "roots": [str(root) for root in held.roots],
                "files": {str(kind): count for kind, count in held.files.items()},
                "footage_s": round(held.footage_s, 3),
                "segments": held.segments,
                "frames": held.frames,
                "size_bytes": held.size_bytes,
                "models": list(held.models),
                "tidiness": held.tidiness,
                "left_out": held.left_out,
                "failed": [_failure_json(asset) for asset in held.failed],
            }
        )
        return
    print(f"library  {one_line(str(held.place))} ({held.size_bytes / 1e6:.1f} MB)")
    for root in held.roots:
        print(f"folder   {one_line(str(root))}")
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(held.files.items()))
    print(f"files    {kinds or 'none'}; {_duration(held.footage_s)} of footage")
    print(f"index    {held.segments} stretches of words, {held.frames} pictures")
    print(f"models   {one_line(', '.join(held.models))}")
    print(f"upkeep   {held.tidiness}")
    if held.left_out:
        left_out = ", ".join(f"{n} {why}" for why, n in held.left_out.items())
        print(f"left out {one_line(left_out)}")
    _print_failures(held.failed)


def models(as_json: bool) -> None:
    """The catalogue, and what of it is installed."""
    from rushes.models import ModelStore, load_catalogue
    from rushes.paths import paths

    store = ModelStore(paths().models)
    known = load_catalogue().models
    if as_json:
        print_json(
            [
                {
                    "id": model.id,
                    "job": model.job,
                    "profiles": list(model.profiles),
                    "name": model.name,
                    "size_bytes": model.size_bytes,
                    "licence": str(model.licence),
                    "installed": store.is_installed(model),
                }
                for model in known
            ]
        )
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("job", "model", "profile", "size", "licence", ""):
        justify = "right" if heading == "size" else "left"
        table.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for model in known:
        table.add_row(
            *(
                Text(cell)
                for cell in (
                    model.job,
                    model.id,
                    "all" if len(model.profiles) == 3 else ", ".join(model.profiles),
                    f"{model.size_bytes / 1e6:,.0f} MB" if model.size_bytes else "–",
                    model.licence.name,
                    _state(model, store),
                )
            )
        )
    # Wider than the window if need be: an id that is cut off cannot be typed.
    Console(highlight=False, width=max(Console().width, 110)).print(table)


def checks(found: "Sequence[Check]", as_json: bool) -> None:
    """What `doctor` saw."""
    if as_json:
        print_json([asdict(check) for check in found])
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for check in found:
        mark = ("ok  ", "green") if check.works else ("MISS", "red" if check.needed else "yellow")
        line = Text.assemble(mark, "  ", (f"{check.name:20s}", "bold"), " ", check.detail)
        console.print(line)
        if check.advice:
            console.print(Text(f"      {check.advice}", "dim"))


def _state(model: "Model", store: "ModelStore") -> str:
    from rushes.models.catalogue import PlannedSource

    if isinstance(model.source, PlannedSource):
        return "planned"
    return "installed" if store.is_installed(model) else ""


def moment_json(moment: Moment) -> dict[str, object]:
    """A moment as `--json` gives it."""
    return {
        "path": str(moment.path),
        "also_at": [str(path) for path in moment.also_at],
        "kind": moment.kind,
        "start_s": moment.start_s,
        "end_s": moment.end_s,
        "page": moment.page,
        "score": moment.score,
        "senses": list(moment.senses),
        "reasons": [asdict(reason) for reason in moment.reasons],
        "text": moment.text,
        "thumbnail": str(moment.thumbnail) if moment.thumbnail else None,
        "facts": asdict(moment.facts),
        "takes": [moment_json(take) for take in moment.takes],
    }


def _failure_json(asset: "Asset") -> dict[str, object]:
    return {"path": str(asset.path), "error": asset.error}


def print_json(document: object) -> None:
    """The one document that a command gives with `--json`."""
    # ASCII, so that a name that is no text survives as the escapes of its surrogates.
    print(json.dumps(document, indent=2, ensure_ascii=True))


def _print_failures(failed: "Sequence[Asset]", most: int | None = None) -> None:
    if failed:
        print(f"{counted(len(failed), 'file')} could not be read:")
    for asset in failed[:most]:
        print(f"  {one_line(str(asset.path))}: {one_line(asset.error or '')}")
    if most is not None and len(failed) > most:
        print(f"  and {len(failed) - most} more: see `rushes status`")


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.2f}"


def _snippet(text: str, question: str) -> "Text":
    """The part of `text` around the first word of the question, those words in bold."""
    from rich.text import Text

    line = one_line(text)
    stems = [w[: max(4, len(w) - 2)] for w in re.findall(r"\w+", question.lower()) if len(w) > 2]
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, stems))})\w*", re.IGNORECASE)
    first = pattern.search(line) if stems else None
    start = max(0, first.start() - _SNIPPET // 3) if first and len(line) > _SNIPPET else 0
    if start:
        start = line.find(" ", start) + 1
    cut = line[start : start + _SNIPPET]
    if start + _SNIPPET < len(line):
        cut = cut.rpartition(" ")[0] or cut
    before, after = "… " if start else "", " …" if start + len(cut) < len(line) else ""
    shown = Text(f"{before}{cut}{after}")
    if stems:
        shown.highlight_regex(pattern, "bold yellow")
    return shown


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else clock(seconds)
