"""What a terminal without Unicode is shown."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual._border import BORDER_CHARS
from textual.keys import KEY_DISPLAY_ALIASES

import tui
from tui.plain_letters import PLAIN, plain, register_plain


def own_glyphs() -> Iterator[str]:
    """Those that stand in a text of the app's own source."""
    for file in Path(tui.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from node.value


BARS = "▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▐░▒▓╸╺━╻╹▔▕"
GLYPHS = {
    *own_glyphs(),
    *(glyph for rows in BORDER_CHARS.values() for row in rows for glyph in row),
    *(glyph for shown in KEY_DISPLAY_ALIASES.values() for glyph in shown),
    *BARS,
}


@pytest.mark.parametrize("glyph", sorted(each for each in GLYPHS if not each.isascii()))
def test_every_glyph_of_the_app_has_a_stand_in_of_its_width(glyph: str) -> None:
    assert plain(glyph).isascii() and plain(glyph) != "?"
    assert len(plain(glyph)) == cell_len(glyph)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Zoë e\u0301t\u00e9", "Zoe ete"),
        ("┌─┐│└─┘", "+-+|+-+"),
        ("日本 Ж", "???? ?"),
        ("a\u200bb", "ab"),
        ("✓ ✗ ▶ ║ ■ … “x”", '+ x > | # . "x"'),
    ],
)
def test_letters_are_shown_by_what_comes_nearest(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert cell_len(text) == len(shown)
    register_plain()
    assert text.encode("ascii", PLAIN) == shown.encode()


def test_only_what_cannot_be_written_is_replaced() -> None:
    register_plain()
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", PLAIN)
