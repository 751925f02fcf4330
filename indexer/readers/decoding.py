"""Which letters the bytes of a text file stand for."""

import codecs
import re

from rushes.errors import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What people's files are in; charset-normalizer's whole list finds a font of 1985 for "naïve".
# fmt: off
_CANDIDATES = [
    "cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256",
    "cp1257", "cp874", "cp932", "euc_jp", "gb18030", "big5", "euc_kr", "mac_roman",
]
# fmt: on
_CONTROLS = re.compile(rb"[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS = 0.02
"""Of the bytes, and two more: packed data has a tenth, text next to none."""
_ENOUGH = 16
"""Bytes by which to tell UTF-8 from chance."""
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([\w-]{2,30})""", re.IGNORECASE)


def encoding_of(sample: bytes) -> str:
    """The encoding of a text that begins with `sample`, which may end within a letter.

    A byte order mark decides, then whether it is UTF-8, then charset-normalizer among the
    encodings in use, Western European first where several fit as well.

    Raises:
        UnreadableFile: it is no text.
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return "utf-8" if _lies(mark, sample) else encoding
    if wide := _utf16_without_mark(sample):
        return wide
    if len(_CONTROLS.findall(sample)) > 2 + _MOST_CONTROLS * len(sample) or b"\0\0" in sample:
        raise UnreadableFile("it is not text (does its name end as it should?)")
    if _is_utf8(sample):
        return "utf-8"
    return _eight_bit(sample)


def declared_encoding(sample: bytes) -> str | None:
    """The encoding a web page says it is in, if Python knows it."""
    if match := _DECLARED.search(sample[:1024]):
        try:
            return codecs.lookup(match[1].decode("ascii", "replace")).name
        except LookupError:
            return None
    return None


def _lies(mark: bytes, sample: bytes) -> bool:
    """Whether a mark of wide letters stands before UTF-8, which wide letters never look like."""
    rest = sample[len(mark) :]
    if mark == codecs.BOM_UTF8 or len(rest) < _ENOUGH or b"\0" in rest:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(rest)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(sample: bytes) -> str | None:
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if half and odd > 0.4 * half and even < 0.02 * half:
        return "utf-16-le"
    if half and even > 0.4 * half and odd < 0.02 * half:
        return "utf-16-be"
    return None


def _is_utf8(sample: bytes) -> bool:
    """Whether it is UTF-8, or was, but for a few damaged letters."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        letters = sample.decode("utf-8", "replace")
        damaged = letters.count("\ufffd")
        whole = sum(letter > "\x7f" for letter in letters) - damaged
        return whole > 2 * damaged  # by chance, a tenth of what is not UTF-8 looks like it
    return True


def _eight_bit(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    matches = from_bytes(sample, cp_isolation=_CANDIDATES)
    best = matches.best()
    if best is None:
        return "cp1252"
    western = (m for m in matches if "cp1252" in m.could_be_from_charset)
    if any(m.chaos <= best.chaos and m.coherence >= best.coherence for m in western):
        return "cp1252"
    return best.encoding
