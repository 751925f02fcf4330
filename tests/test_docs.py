"""What the documentation names is there, and its pictures are the app's."""

import asyncio
import base64
import importlib.util
import io
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui.commands import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
PICTURES = sorted((ROOT / "docs").glob("app-*.svg"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if "://" in link:
            continue
        name, _, heading = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name}: {link}"
        if heading:
            assert heading in _anchors(target), f"{page.name}: {link}"


def test_every_slash_command_is_told_of() -> None:
    tour = (ROOT / "docs/app.md").read_text("utf-8")
    assert [each.name for each in COMMANDS if f"/{each.name}" not in tour] == []


def test_extras_that_are_named_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    named = {each for page in PAGES for each in re.findall(r"rushes\[(\w+)\]", page.read_text())}
    assert named <= extras.keys()


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.stem)
def test_pictures_are_small_fetch_nothing_and_tell_nothing_of_the_machine(picture: Path) -> None:
    svg = picture.read_text("utf-8")
    assert len(svg) < 150_000
    assert not re.search(r"@font-face|href=\"http|url\(\"?http", svg)
    assert not re.search(r"/(home|root|tmp|work|Users)/", svg)


def test_cells_of_a_picture_become_pixels_and_words_stay_words() -> None:
    class Shown(App[None]):
        def compose(self) -> ComposeResult:
            yield Static(Content.assemble(("▀", "#ff0000 on #0000ff"), ("▌", "#00ff00 on #000000")))
            yield Static("wörds & more")

    async def taken() -> str:
        async with Shown().run_test(size=(20, 4)) as pilot:
            return str(_script().slimmed(pilot.app.export_screenshot(), 20, 4))

    svg = asyncio.run(taken())
    found = re.search(r"base64,([^\"]+)", svg)
    assert found is not None
    pixels = Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("RGB")
    assert pixels.size == (40, 8)
    red, blue, green, black = (255, 0, 0), (0, 0, 255), (0, 255, 0), (0, 0, 0)
    assert [pixels.getpixel((x, 0)) for x in range(4)] == [red, red, green, black]
    assert [pixels.getpixel((x, 1)) for x in range(4)] == [blue, blue, green, black]
    assert "w&#246;rds" in svg or "wörds&#160;&amp;&#160;more" in svg
    assert "▀" not in svg
    assert "cdnjs" not in svg


def _anchors(page: Path) -> set[str]:
    """The names that the hub gives to headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.casefold()) for heading in headings)
    return {each.replace(" ", "-") for each in plain}


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shots", ROOT / "docs/take_screenshots.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
