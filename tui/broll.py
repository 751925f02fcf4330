"""`rushes broll`: clips for a brief or a script, as a table, as JSON, and as a timeline."""

import shlex
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from agent.broll import Gap, Pick, Reel, plan_reel
from agent.lines import Script
from agent.llm.choose import load_language
from agent.script import brief, read_script
from indexer.library import Library
from indexer.parts import Parts, choose
from rushes.errors import WrongUsage
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.moment import Kind, Moment
from rushes.output import check_output
from rushes.paths import paths
from rushes.place import Place
from rushes.selects import selects_json
from rushes.settings import Settings
from rushes.text import counted, one_line
from rushes.timeline import format_of
from tui.exporting import export, show_written
from tui.labels import place, reasons, title
from tui.progress import run_with_progress
from tui.show import print_json

_NARROWEST = 80


def find_broll(
    words: str,
    script: Path | None,
    out: Path | None,
    force: bool,
    settings: Settings,
    as_json: bool,
) -> bool:
    """Find the clips and print them; write a timeline if one is asked for.

    Returns whether there is any clip.

    Raises:
        WrongUsage: neither a brief nor a script is given, or both are.
        RushesError: the script or the library cannot be read, or the timeline not be written.
    """
    if bool(words.strip()) == (script is not None):
        raise WrongUsage("name either what the film is about, or --script FILE")
    if out is not None:
        format_of(out)
        check_output(out, force)
    library = Library(settings)
    library.status()  # there is one: a script need not be listened to for nothing

    def work(job: Job) -> Reel:
        return plan_reel(_script(words, script, settings, job), library, job)

    reel: Reel = run_with_progress(work, "stopped: nothing was written")
    if as_json:
        print_json(reel_json(reel))
    else:
        print_reel(reel)
    if out is not None and reel.picks:
        done = export(reel.timeline(), out, force, lambda: library)
        if not as_json:
            show_written(done, as_json=False)
    return bool(reel.picks)


def reel_json(reel: Reel) -> dict[str, object]:
    """What `rushes export --selects` reads, and why each clip was taken."""
    document = selects_json(reel.timeline())
    selects = document["selects"]
    assert isinstance(selects, list)  # one for each pick, in order
    document["selects"] = [
        {
            **select,
            "line": pick.number,
            "kind": pick.moment.kind,
            "senses": list(pick.moment.senses),
            "reasons": [asdict(reason) for reason in pick.moment.reasons],
            "thumbnail": str(pick.moment.thumbnail) if pick.moment.thumbnail else None,
            "facts": asdict(pick.moment.facts),
        }
        for select, pick in zip(selects, reel.picks, strict=True)
    ]
    document["gaps"] = [
        {
            "line": gap.number,
            "text": gap.line.text,
            "seconds": gap.seconds,
            "nearest": _place_json(gap.nearest) if gap.nearest else None,
            "prompt": gap.prompt,
        }
        for gap in reel.gaps
    ]
    return document


def print_reel(reel: Reel) -> None:
    """A reel as a table: each line, its clips, and what is missing."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=True)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("line", ratio=3, overflow="fold")
    table.add_column("clip", width=24, overflow="fold")
    table.add_column("shot", ratio=2, overflow="fold")
    table.add_column("found by", ratio=2, overflow="fold")
    before = 0
    rows: list[Pick | Gap] = [*reel.picks, *reel.gaps]
    for row in sorted(rows, key=lambda row: row.number):
        again = row.number == before
        cells = ["", ""] if again else [str(row.number), _line(row)]
        cells += _picked(row) if isinstance(row, Pick) else [_missing(row), "", ""]
        table.add_row(*map(Text, cells))
        before = row.number
    Console(highlight=False, width=max(Console().width, _NARROWEST)).print(table)
    print(_summary(reel))
    for gap in reel.gaps:
        if command := _proposal(gap):
            print(f"line {gap.number} could be made: {command}")


def _proposal(gap: Gap) -> str:
    """The command that would make what is missing from the nearest there is, if it shows any."""
    nearest = gap.nearest
    if nearest is None or nearest.kind not in (Kind.VIDEO, Kind.IMAGE):
        return ""
    still = nearest.kind is Kind.IMAGE
    where = Place(nearest.path) if still else Place(nearest.path, nearest.start_s, nearest.end_s)
    words = (
        "rushes", "generate", "--keyframe" if still else "--from", str(where),
        "--prompt", gap.prompt, "--seconds", f"{gap.seconds:.3g}",
        "--out", f"line-{gap.number}.mp4",
    )  # fmt: skip
    return one_line(shlex.join(words))


def _script(words: str, path: Path | None, settings: Settings, job: Job) -> Script:
    store = ModelStore(paths().models)
    if path is None:
        return brief(words, load_language(settings, store).model, job)
    return read_script(path, Parts(choose(settings, store), settings, store), job)


def _place_json(moment: Moment) -> dict[str, object]:
    return {"path": str(moment.path), "start_s": moment.start_s, "end_s": moment.end_s}


def _line(row: Pick | Gap) -> str:
    text = one_line(row.line.text)
    return f"{text} ({row.line.sizes[0]})" if row.line.sizes else text


def _picked(pick: Pick) -> Sequence[str]:
    moment = replace(pick.moment, start_s=pick.start_s, end_s=pick.end_s)
    still = moment.kind is Kind.IMAGE
    where = f"still, {pick.seconds:.1f} s" if still else place(moment)
    known = moment.facts
    shot = ", ".join(filter(None, (known.size, *known.moves)))
    return f"{title(moment)}\n{where}", shot, reasons(moment)


def _missing(gap: Gap) -> str:
    told = f"gap, {gap.seconds:.1f} s: nothing fits"
    if gap.nearest is None:
        return told
    return f"{told}\nnearest: {title(gap.nearest)}\n{place(gap.nearest)}".rstrip()


def _summary(reel: Reel) -> str:
    seconds = sum(pick.seconds for pick in reel.picks)
    clips = counted(len(reel.picks), "clip")
    told = f"{clips}, {seconds:.1f} s"
    lines = len({gap.number for gap in reel.gaps})
    gaps = "1 line" if lines == 1 else f"{lines} lines"
    if reel.gaps:
        told += f"; {gaps} with a gap"
    return told
