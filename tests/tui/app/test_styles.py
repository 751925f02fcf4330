"""The styles of screens, which Textual puts in force in all of the app once a screen was opened."""

import re
from pathlib import Path

import pytest

import tui.screens

STYLES = sorted(Path(tui.screens.__file__).parent.glob("*.tcss"))


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.stem)
def test_a_screens_styles_are_of_that_screen_alone(file: Path) -> None:
    screen = re.escape("".join(part.title() for part in file.stem.split("_")) + "Screen")
    text = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    selectors = [
        each.strip() for group in re.findall(r"([^{}]+)\{", text) for each in group.split(",")
    ]
    assert selectors
    assert [each for each in selectors if not re.match(rf"{screen}\b", each)] == []
