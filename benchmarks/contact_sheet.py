"""How long a step over a contact sheet of many moments takes on the app's own thread.

python -m benchmarks.contact_sheet LIBRARY [MOMENTS]
"""

import asyncio
import statistics
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from textual.app import App, ComposeResult

from indexer.library import Library
from rushes.moment import Moment
from rushes.settings import load_settings
from tui.widgets.contact_sheet import ContactSheet

_STEPS = 120
_DRAWN_S = 0.05  # by then a step is on the screen


@dataclass(frozen=True)
class Steps:
    """Milliseconds that the app's thread computes for a step, and for a row that scrolls."""

    step_ms: float
    step_worst_ms: float
    row_ms: float
    row_worst_ms: float


def many(library: Library, count: int) -> list[Moment]:
    """So many moments, from those of a library, over and over, each at a time of its own."""
    results = library.search("kind:video,image", limit=500)
    there = list(results.moments or results.nearest)
    return [replace(there[number % len(there)], score=1 / (number + 1)) for number in range(count)]


async def measure(moments: list[Moment], size: tuple[int, int] = (120, 40)) -> Steps:
    """Drive a real sheet through Textual's pilot."""

    class Sheet(App[None]):
        def compose(self) -> ComposeResult:
            yield ContactSheet("blocks")

    app = Sheet()
    async with app.run_test(size=size) as pilot:
        sheet = app.query_one(ContactSheet)
        sheet.focus()
        sheet.show(moments, "benchmark")
        await pilot.pause(1.0)
        times: dict[str, list[float]] = {"right": [], "down": []}
        for key, taken in times.items():
            for _ in range(_STEPS):
                before = time.thread_time()
                await pilot.press(key)
                await asyncio.sleep(_DRAWN_S)
                taken.append(1000 * (time.thread_time() - before))
        return Steps(
            statistics.median(times["right"]),
            max(times["right"]),
            statistics.median(times["down"]),
            max(times["down"]),
        )


def main() -> None:
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    moments = many(Library(load_settings(library=Path(sys.argv[1]))), count)
    for size in ((120, 40), (200, 60)):
        print(count, size, asyncio.run(measure(moments, size)))


if __name__ == "__main__":
    main()
