"""What passes between a run and the process that reads its files: pickles, each with its length.

Numbers stand for files: each thing that is asked for has one of its own.
"""

import pickle
import struct
from dataclasses import dataclass
from typing import BinaryIO

from indexer.pulse import Sign
from indexer.rows import IndexedFile
from indexer.scan import Found
from indexer.setup import Setup

_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True)
class Begin:
    """Be set up like this for what follows."""

    setup: Setup


@dataclass(frozen=True)
class Measure:
    """How long is this recording?"""

    number: int
    found: Found


@dataclass(frozen=True)
class Read:
    """What does this file hold?"""

    number: int
    found: Found


@dataclass(frozen=True)
class Pause:
    """Wait, or go on."""

    paused: bool


@dataclass(frozen=True)
class Begun:
    """Said before a file is touched: if nothing follows, it may be why."""

    number: int


@dataclass(frozen=True)
class Measured:
    """A recording's length, 0 if it says none."""

    number: int
    duration_s: float


@dataclass(frozen=True)
class Signs:
    """Said several times a second, of every file under way."""

    of: dict[int, Sign]


@dataclass(frozen=True)
class Done:
    """A file's rows."""

    number: int
    file: IndexedFile


@dataclass(frozen=True)
class Logged:
    """A line for the log, or several."""

    logger: str
    level: int
    text: str


@dataclass(frozen=True)
class Broken:
    """No file can be read: a model is missing, say."""

    error: Exception


Asked = Begin | Measure | Read | Pause
Told = Begun | Measured | Signs | Done | Logged | Broken


def send(stream: BinaryIO, message: Asked | Told) -> None:
    """
    Raises:
        OSError, ValueError: nobody reads any more.
    """
    packed = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(packed)) + packed)
    stream.flush()


def receive(stream: BinaryIO) -> object:
    """The next message.

    Raises:
        EOFError: there is none; the last may have been cut off.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    packed = stream.read(length)
    if len(packed) < length:
        raise EOFError
    return pickle.loads(packed)  # our own process wrote it
