"""What a GGUF file says of its model, read without llama.cpp and without its weights."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rushes.errors import ModelMissing
from rushes.text import one_line

_PLAIN = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_LONGEST = 1 << 20  # bytes of a string that is kept; chat templates have some thousand
_MOST = 1 << 24  # of anything there is a count of: more is no model but a broken file

Value = int | float | bool | str


@dataclass(frozen=True)
class Gguf:
    """`file_type` is llama.cpp's number for how the weights are quantised (`LLAMA_FTYPE_…`).

    `token_bytes` is how much the keys and values of one token take in the context, at 16 bits.
    """

    size_bytes: int
    context_tokens: int
    layers: int
    token_bytes: int
    file_type: int


def read_gguf(file: Path) -> Gguf:
    """The head of a GGUF file (version 2 and 3, little-endian).

    Source: docs/gguf.md of ggml-org/ggml.

    Raises:
        ModelMissing: it is not there, is no GGUF file, or ends within its head.
    """
    try:
        with file.open("rb") as data:
            values = _values(data)
        size_bytes = file.stat().st_size
    except OSError as error:
        raise ModelMissing(f"cannot read {one_line(str(file))}: {error.strerror}") from None
    except (struct.error, ValueError, MemoryError, RecursionError) as error:
        said = f": {error}" if type(error) is ValueError else " (was it cut off?)"
        raise ModelMissing(f"{one_line(str(file))} is no GGUF model{said}") from None

    kind = values.get("general.architecture", "")

    def number(name: str, usual: int) -> int:
        value = values.get(f"{kind}.{name}", usual)
        return int(value) if isinstance(value, int | float) else usual

    heads = max(1, number("attention.head_count", 1))
    head = number("embedding_length", 0) // heads
    keys, each = number("attention.head_count_kv", heads), number("block_count", 0)
    length = number("attention.key_length", head) + number("attention.value_length", head)
    file_type = values.get("general.file_type", -1)
    return Gguf(
        size_bytes=size_bytes,
        context_tokens=number("context_length", 0),
        layers=each,
        token_bytes=2 * each * keys * length,
        file_type=file_type if isinstance(file_type, int) else -1,
    )


def _values(data: BinaryIO) -> dict[str, Value]:
    """Its keys and values, without the long arrays: of an array, its largest number."""
    if data.read(4) != b"GGUF":
        raise ValueError("it does not begin like one")
    version, _, count = _number(data, "I"), _number(data, "Q"), _number(data, "Q")
    if version not in (2, 3) or count > _MOST:
        raise ValueError("it is of a version that is not known")
    values: dict[str, Value] = {}
    for _ in range(count):
        key = _text(data)
        value = _value(data, _number(data, "I"))
        if value is not None:
            values[key] = value
    return values


def _value(data: BinaryIO, kind: int) -> Value | None:
    if kind == _STRING:
        return _text(data)
    if kind != _ARRAY:
        return _number(data, _PLAIN[kind] if kind in _PLAIN else _unknown(kind))
    kind, count = _number(data, "I"), _number(data, "Q")
    if count > _MOST:
        raise ValueError(f"it has an array of {count}")
    if kind in _PLAIN:
        numbers = struct.unpack(f"<{count}{_PLAIN[kind]}", data.read(count * _size(_PLAIN[kind])))
        return max(numbers, default=None)
    for _ in range(count):
        if kind == _STRING:
            data.seek(_number(data, "Q"), 1)  # the words of a vocabulary
        else:
            _value(data, kind)
    return None


def _text(data: BinaryIO) -> str:
    length = _number(data, "Q")
    if length > _LONGEST:
        raise ValueError(f"it has a text of {length} bytes")
    text = data.read(length)
    if len(text) < length:
        raise struct.error
    return text.decode("utf-8", "replace")


def _number(data: BinaryIO, code: str) -> int:
    number: int = struct.unpack(f"<{code}", data.read(_size(code)))[0]
    return number


def _size(code: str) -> int:
    return struct.calcsize(f"<{code}")


def _unknown(kind: int) -> str:
    raise ValueError(f"it has a value of kind {kind}")
