"""What a terminal without Unicode is shown instead: one ASCII character for each cell."""

import codecs
import unicodedata

PLAIN = "rushes-plain"
"""The name of the error handler that `register_plain` makes known to Python's codecs."""

_STAND_INS = {
    "✓": "+", "✗": "x", "●": "*", "○": "o", "■": "#", "▶": ">", "▼": "v", "▲": "^", "◀": "<",
    "→": ">", "←": "<", "↑": "^", "↓": "v", "…": ".", "·": "-", "–": "-", "—": "-", "−": "-",
    "±": "~", "♪": "~", "⏎": "<", "⌫": "<", "⇥": ">", "•": "*", "◆": "*", "⭘": "o",
    "×": "x", "“": '"', "”": '"', "‘": "'", "’": "'", "›": ">", "║": "|", "═": "=",
}  # fmt: skip


def register_plain() -> None:
    """Make the handler known: `open(..., encoding="ascii", errors=PLAIN)`."""
    codecs.register_error(PLAIN, _replaced)


def plain(text: str) -> str:
    """The text in ASCII, as wide as before."""
    return "".join(letter if letter.isascii() else _plain(letter) for letter in text)


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return plain(error.object[error.start : error.end]), error.end


def _plain(letter: str) -> str:
    if letter in _STAND_INS:
        return _STAND_INS[letter]
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):  # they take no cell of their own
        return ""
    base = unicodedata.normalize("NFKD", letter)[0]
    if base.isascii():
        return base
    wide = unicodedata.east_asian_width(letter) in "WF"
    name = unicodedata.name(letter, "")
    if name.startswith("BOX DRAWINGS"):
        if "VERTICAL" not in name and "HORIZONTAL" in name and " AND " not in name:
            return "-"
        return "|" if "HORIZONTAL" not in name and " AND " not in name else "+"
    if name.startswith("QUADRANT"):
        return "+"
    if name.startswith("BRAILLE PATTERN"):  # a turning wheel
        return "*"
    if "BLOCK" in name or name.endswith(" SHADE"):
        return "-" if "ONE EIGHTH" in name and ("UPPER" in name or "LOWER" in name) else "#"
    return "??" if wide else "?"
