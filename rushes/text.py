"""Text from files is data: what may reach a screen, an index or a model."""

import functools
import re
import unicodedata

_NEW_LINE = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNWANTED = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters, but tab and newline
    "\xad\ufeff\ufffe\uffff"  # soft hyphen, byte order mark, not characters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the reading direction
    "\ud800-\udfff"  # lone surrogates
    "\U000e0000-\U000e007f"  # tags: letters nobody sees
    "]"
)
_MARKS_KEPT = 30
"""Of one letter's accents, as in the Stream-Safe Text Format (Unicode UAX #15)."""


def clean(text: str) -> str:
    """The text in NFC with `\\n` line ends, without characters that are not there to be read.

    Removes control characters (but tab and newline), lone surrogates, marks that turn the
    reading direction, and invisible tags.
    """
    text = _UNWANTED.sub("", _NEW_LINE.sub("\n", text))
    if text.isascii():
        return text
    # Normalising takes quadratic time in the length of a run of accents: 31 s for 160,000.
    return unicodedata.normalize("NFC", _accents().sub(r"\1", text))


def one_line(text: str) -> str:
    """The text as one line to show; a byte of a file name that is no text becomes U+FFFD."""
    return " ".join(clean(re.sub("[\ud800-\udfff]", "\ufffd", text)).split())


def lasting(seconds: float) -> str:
    """A length of time as people say it, for what is about right: `40 s`, `12 min`, `3.5 h`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def sized(size_bytes: int) -> str:
    """A size as people say it: `4.2 GB`, `340 MB`, `12 kB`."""
    for unit, name in ((1e12, "TB"), (1e9, "GB")):
        if size_bytes >= unit:
            return f"{size_bytes / unit:.1f} {name}"
    if size_bytes >= 1e6:
        return f"{round(size_bytes / 1e6)} MB"
    return f"{max(1, round(size_bytes / 1e3))} kB" if size_bytes else "nothing"


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`: of nouns that take an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@functools.cache
def _accents() -> re.Pattern[str]:
    """Matches a run of too many accents; group 1 is what to keep of it."""
    marks = "".join(
        re.escape(chr(code)) for code in range(0x300, 0x20000) if unicodedata.combining(chr(code))
    )
    return re.compile(f"([{marks}]{{{_MARKS_KEPT}}})[{marks}]+")
