"""Take the pictures of the app that these pages show, from the app as it runs.

    python3 start.py demo
    python3 start.py screenshots        or: python3 docs/take_screenshots.py [LIBRARY]

The library is the demo's, unless another one made of the same media is named. It is only read, and
the conversations and selects of the app are left alone: these runs have a home of their own.
"""

import asyncio
import base64
import io
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
DEMO = DOCS.parent / "demo-library" / "library"
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace"
PATIENCE_S = 90.0

CELL = 12.2, 24.4
"""Width and height of a cell in Rich's SVG, which begins its rows at 1.5."""

WAITING = {"opening", "preview", "generate", "watching", "_loader"}
"""Workers that wait for the user, for files to change, or for folders to be unfolded."""

HALVES = {" ": "  \n  ", "▀": "##\n  ", "▄": "  \n##", "▌": "# \n# ", "▐": " #\n #", "█": "##\n##"}
"""What these glyphs fill of a cell's four quarters."""


async def take_all(library: Path) -> None:
    """Each picture shows what the app makes of the demo's media: nothing is put on."""
    async with opened(library, 100, 28) as (app, pilot):
        await say(app, pilot, "when was the Monaco grand prix?")
        await say(app, pilot, "what does he say about failing?")
        save(app, "ask")
    async with opened(library, 132, 42) as (app, pilot):
        await say(app, pilot, "b-roll about motorcycles in the city, 8 seconds")
        await say(app, pilot, "when was the Monaco grand prix?")
        await say(app, pilot, "/search people riding bicycles kind:video,image -synthetic")
        await press(app, pilot, "s", "right", "s", "right", "s", "home", "right")
        save(app, "desk")
    async with opened(library, 110, 32) as (app, pilot):
        await say(app, pilot, "/search people riding bicycles kind:video,image -synthetic")
        await press(app, pilot, "right", "space", "right", "right", "right", "i")
        save(app, "preview")
        await press(app, pilot, "escape", "f4", "e")
        save(app, "export")
        await press(app, pilot, "escape", "f3", "g")
        await pilot.press(*"the street lamps come on")
        await press(app, pilot, "tab")
        save(app, "generate")
    async with opened(library, 100, 24) as (app, pilot):
        await press(app, pilot, "f6")
        save(app, "library")
        await press(app, pilot, "f6", "f2", "slash")
        save(app, "commands")
    async with opened(library.parent / "none", 100, 28) as (app, pilot):
        await pilot.press(*"~/media")
        await settled(app, pilot)
        save(app, "first-run")


@asynccontextmanager
async def opened(library: Path, width: int, height: int) -> AsyncIterator[tuple[Any, Any]]:
    """The app on a library, with models loaded."""
    from rushes.settings import load_settings
    from tui.app import RushesApp

    settings = load_settings(library=library)
    app = RushesApp(settings, pictures="blocks")
    async with app.run_test(size=(width, height)) as pilot:
        await settled(app, pilot)
        yield app, pilot


async def say(app: Any, pilot: Any, text: str) -> None:
    """Type into the prompt and wait for what comes of it."""
    from tui.widgets.prompt import Prompt

    await pilot.press("f2")
    await pilot.pause()
    app.screen.query_one(Prompt).begin(text)
    await pilot.pause()
    await press(app, pilot, "enter")


async def press(app: Any, pilot: Any, *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(app, pilot)


async def settled(app: Any, pilot: Any) -> None:
    """Wait until nothing is under way and every picture is there.

    Raises:
        TimeoutError: it never is.
    """
    async with asyncio.timeout(PATIENCE_S):
        calm = 0
        while calm < 8:
            await pilot.pause(0.05)
            calm = 0 if _is_busy(app) else calm + 1


def _is_busy(app: Any) -> bool:
    from textual.widgets import Button

    from tui.widgets.picture import Picture

    working = any(each.is_running and each.name not in WAITING for each in app.workers)
    pictures = [each for each in app.screen.query(Picture) if each.region and each.wish is not None]
    drawing = any(each._path is not None and each.drawn is None for each in pictures)
    planning = any(each.id == "start" and each.disabled for each in app.screen.query(Button))
    return working or drawing or planning


def save(app: Any, name: str) -> None:
    """Write what is on the screen as `app-NAME.svg`."""
    app.clear_notifications()
    file = DOCS / f"app-{name}.svg"
    file.write_text(slimmed(app.export_screenshot(title="Rushes"), *app.size), "utf-8")
    print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


def slimmed(svg: str, columns: int, rows: int) -> str:
    """Rich's SVG with the colours of the cells in one small picture, and fonts that are at hand.

    Pictures made of half blocks would be thousands of elements otherwise, and a font would be
    fetched from the network.
    """
    canvas, svg = _painted(svg, columns, rows)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", FONTS)
    svg = svg.replace("font-family: arial", "font-family: sans-serif")
    svg = re.sub(r"terminal-\d+-", "t-", svg)
    used = set(re.findall(r'class="t-(r\d+)"', svg))
    svg = re.sub(r"\.t-(r\d+) \{[^}]*\}\n?", lambda rule: rule[0] if rule[1] in used else "", svg)
    width, height = columns * CELL[0], rows * CELL[1]
    picture = (
        f'<image x="0" y="1.5" width="{width:.1f}" height="{height:.1f}" '
        'preserveAspectRatio="none" style="image-rendering: pixelated" '
        f'href="data:image/png;base64,{_png(canvas)}"/>'
    )
    return svg.replace('<g class="t-matrix">', f'{picture}\n<g class="t-matrix">', 1)


def _painted(svg: str, columns: int, rows: int) -> tuple[Any, str]:
    """The colours of the cells' quarters, and the SVG without what was painted."""
    import numpy as np

    canvas = np.zeros((rows * 2, columns * 2, 3), np.uint8)
    fills = dict(re.findall(r"\.(terminal-\d+-r\d+) \{ fill: (#[0-9a-f]{6})", svg))

    def ground(rect: re.Match[str]) -> str:
        left, top, wide = (float(rect[each]) for each in ("x", "y", "width"))
        row, column, count = round((top - 1.5) / CELL[1]), round(left / CELL[0]), wide / CELL[0]
        across = slice(column * 2, (column + round(count)) * 2)
        canvas[row * 2 : row * 2 + 2, across] = _rgb(rect["fill"])
        return ""

    def glyphs(text: re.Match[str]) -> str:
        letters = text["text"].replace("&#160;", " ").rstrip("\n")
        if set(letters) - HALVES.keys():
            return text[0]
        row, column = round((float(text["y"]) - 20) / CELL[1]), round(float(text["x"]) / CELL[0])
        for place, letter in enumerate(letters, column):
            for y, line in enumerate(HALVES[letter].split("\n")):
                for x, quarter in enumerate(line):
                    if quarter == "#" and place < columns:
                        canvas[row * 2 + y, place * 2 + x] = _rgb(fills[text["style"]])
        return ""

    svg = re.sub(
        r'<rect fill="(?P<fill>#[0-9a-f]{6})" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" '
        r'width="(?P<width>[\d.]+)" height="24.65" shape-rendering="crispEdges"/>',
        ground,
        svg,
    )
    svg = re.sub(
        r'<text class="(?P<style>[\w-]+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)"[^>]*>'
        r"(?P<text>[^<]*)</text>",
        glyphs,
        svg,
    )
    return canvas, svg


def _rgb(fill: str) -> tuple[int, int, int]:
    return int(fill[1:3], 16), int(fill[3:5], 16), int(fill[5:7], 16)


def _png(canvas: Any) -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(canvas).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode("ascii")


def main(arguments: list[str]) -> int:
    library = Path(arguments[0] if arguments else DEMO).absolute()
    if not (library / "library.json").is_file():
        print(f"no library in {library}: run `python3 start.py demo` first, or name one")
        return 2
    from rushes.paths import paths

    models = paths().models
    with tempfile.TemporaryDirectory() as home:
        own = Path(home) / "rushes"
        (own / "data").mkdir(parents=True)
        (own / "data" / "models").symlink_to(models, target_is_directory=True)
        os.environ["RUSHES_HOME"] = str(own)
        # Paths below it are shown from ~: the pictures tell nothing of the machine.
        os.environ["HOME"] = os.environ["USERPROFILE"] = str(library.parent)
        os.chdir(library.parent)
        asyncio.run(take_all(library))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
