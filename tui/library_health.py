"""`rushes doctor --library`: how a library is, mended if that is asked for."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rushes.library_place import absolute
from rushes.text import one_line
from tui.progress import run_with_progress
from tui.show import print_json

if TYPE_CHECKING:
    from indexer.health import Finding
    from rushes.settings import Settings

_MARKS = {"fine": ("ok   ", "green"), "hint": ("note ", "yellow"), "wrong": ("WRONG", "red")}


def look_after(settings: "Settings", repair: bool, as_json: bool) -> int:
    """Tell how the library is, after mending it if asked. Returns the exit code."""
    from indexer.health import State, examine
    from indexer.mending import mend
    from rushes.models import ModelStore
    from rushes.paths import paths

    place = absolute(settings.library)
    models = ModelStore(paths().models)
    done: list[str] = run_with_progress(lambda job: mend(settings, models, job)) if repair else []
    found = run_with_progress(lambda job: examine(place, models, job))
    is_well = all(finding.state != State.WRONG for finding in found)
    if as_json:
        told = [asdict(finding) for finding in found]
        print_json({"library": str(place), "well": is_well, "repaired": done, "found": told})
    else:
        _print(str(place), found, done)
    return 0 if is_well else 1


def _print(folder: str, found: "Sequence[Finding]", done: Sequence[str]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(f"library  {one_line(folder)}"))
    for sentence in done:
        console.print(Text.assemble(("did  ", "cyan"), f"  {one_line(sentence)}"))
    for finding in found:
        name = (f"{finding.name:20s}", "bold")
        console.print(Text.assemble(_MARKS[finding.state], "  ", name, " ", one_line(finding.told)))
        if finding.advice:
            console.print(Text(f"       {one_line(finding.advice)}", "dim"))
