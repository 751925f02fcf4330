"""What a ComfyUI server says over its websocket and in its history, told apart."""

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from generator.backends.protocol import Image
from rushes.errors import RushesError
from rushes.text import one_line

_PREVIEW = 1
_PREVIEW_FORMATS = {1: "JPEG", 2: "PNG"}
_LARGEST_PREVIEW = 4096 * 4096  # pixels
_LONGEST_CAUSE = 200


@dataclass(frozen=True)
class Running:
    """A node has begun."""

    node: str


@dataclass(frozen=True)
class Steps:
    """How far a node is, in steps of its own."""

    node: str
    done: float
    total: float


@dataclass(frozen=True)
class Preview:
    """A picture of what is being drawn."""

    image: Image


@dataclass(frozen=True)
class Ended:
    """The job is over: the history has it, or will in a moment."""


Event = Running | Steps | Preview | Ended


class Failure(BaseModel):
    """What a node failed with."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    node_id: str = ""
    node_type: str = ""
    exception_message: str = ""
    exception_type: str = ""

    def error(self, where: str) -> RushesError:
        """One sentence that names the node and the cause."""
        node = f"{one_line(self.node_type) or 'a node'} (node {one_line(self.node_id) or '?'})"
        lines = filter(None, map(one_line, self.exception_message.splitlines()))
        cause = next(lines, one_line(self.exception_type) or "no reason given")[:_LONGEST_CAUSE]
        if "OutOfMemory" in self.exception_type or "out of memory" in cause.lower():
            return RushesError(
                f"the card of {where} ran out of memory in {node}: ask for a smaller size or a "
                "shorter shot, or start ComfyUI with --lowvram"
            )
        return RushesError(f"{node} failed on {where}: {cause}")


def interrupted(where: str) -> RushesError:
    """Somebody else stopped the job."""
    return RushesError(f"the job was stopped at {where}, by another of its users")


class _Message(BaseModel):
    type: str
    data: dict[str, JsonValue] = Field(default_factory=dict)


class _NodeData(BaseModel):
    prompt_id: str = ""
    node: str | None = None


class _ProgressData(BaseModel):
    prompt_id: str = ""
    node: str | None = None
    value: float = 0
    max: float = 0


class _NodeState(BaseModel):
    state: str = ""
    value: float = 0
    max: float = 0


class _StateData(BaseModel):
    prompt_id: str = ""
    nodes: dict[str, _NodeState] = Field(default_factory=dict)


def read_message(message: str | bytes, prompt_id: str, where: str) -> Event | None:
    """What a message says of the job `prompt_id`; None if nothing that matters here.

    Raises:
        RushesError: it says that a node failed, or that somebody stopped the job.
    """
    if isinstance(message, bytes):
        image = _preview(message)
        return None if image is None else Preview(image)
    try:
        kind = _Message.model_validate_json(message)
        if kind.data.get("prompt_id") != prompt_id:
            return None
        return _event(kind.type, kind.data, where)
    except ValidationError:
        return None  # a kind of message that a later server invented


def _event(kind: str, data: Mapping[str, JsonValue], where: str) -> Event | None:
    if kind == "executing":
        node = _NodeData.model_validate(data).node
        return Ended() if node is None else Running(node)
    if kind == "execution_success":
        return Ended()
    if kind == "progress":
        progress = _ProgressData.model_validate(data)
        return Steps(progress.node or "", progress.value, progress.max)
    if kind == "progress_state":
        running = [
            Steps(node, state.value, state.max)
            for node, state in _StateData.model_validate(data).nodes.items()
            if state.state == "running"
        ]
        return running[-1] if running else None
    if kind == "execution_error":
        raise Failure.model_validate(data).error(where)
    if kind == "execution_interrupted":
        raise interrupted(where)
    return None


def _preview(message: bytes) -> Image | None:
    """The picture in a binary message: event, format (both big-endian), then the file."""
    from PIL import Image as Pillow

    if len(message) < 8:
        return None
    event, form = struct.unpack(">II", message[:8])
    if event != _PREVIEW or form not in _PREVIEW_FORMATS:
        return None
    try:
        with Pillow.open(io.BytesIO(message[8:]), formats=[_PREVIEW_FORMATS[form]]) as picture:
            if picture.width * picture.height > _LARGEST_PREVIEW:
                return None
            return np.asarray(picture.convert("RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError):
        return None  # a preview that cannot be read costs nothing but itself
