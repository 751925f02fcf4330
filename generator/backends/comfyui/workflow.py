"""A user's own workflow: a graph with places for what a shot asks for.

Places are named by titles that begin with "rushes:", several in one title with commas between:
`rushes:prompt`, `rushes:width, height, frames`, `rushes:keyframe 2`.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, JsonValue, TypeAdapter, ValidationError

from generator.backends.comfyui.graph import MOST_NODES, Graph, Node
from generator.backends.comfyui.ltx import SEEDS
from generator.backends.protocol import Request
from rushes.errors import RushesError
from rushes.paths import expanded
from rushes.text import one_line

_LARGEST_FILE = 1 << 24
_TITLE = "rushes:"
_KEYFRAME = re.compile(r"keyframe(?: ?([1-9][0-9]?))?")

_INPUTS = {
    "prompt": ("text", "prompt", "value", "string"),
    "negative": ("text", "negative_prompt", "prompt", "value", "string"),
    "seed": ("noise_seed", "seed", "value"),
    "width": ("width", "resize_type.width", "value"),
    "height": ("height", "resize_type.height", "value"),
    "frames": ("length", "frames_number", "num_frames", "frames", "value"),
    "fps": ("frame_rate", "fps", "value"),
    "keyframe": ("image",),
}
"""What the input of a node may be called that takes a slot's value; the first there is one."""


class _Meta(BaseModel):
    title: str = ""


class _FileNode(BaseModel):
    class_type: str
    inputs: dict[str, JsonValue] = Field(default_factory=dict)
    meta: _Meta = Field(default_factory=_Meta, alias="_meta")


@dataclass(frozen=True)
class Slot:
    """A place in a graph: one input of one node."""

    node: str
    input: str


@dataclass(frozen=True)
class Workflow:
    """A graph and its slots. One slot may stand at several nodes, keyframes are counted from 1.

    `checksum` is the file's SHA-256.
    """

    name: str
    checksum: str
    graph: Graph
    slots: Mapping[str, tuple[Slot, ...]]

    @property
    def keyframes(self) -> int:
        return sum(slot.startswith("keyframe") for slot in self.slots)

    def filled(self, request: Request, prompt: str, uploads: Sequence[str]) -> Graph:
        """The graph for a shot. `uploads` are what the server calls the keyframes, in their order.

        Raises:
            RushesError: what the shot asks for has no slot, or a keyframe's slot stays empty.
        """
        values: dict[str, JsonValue] = {
            "prompt": prompt,
            "seed": request.seed % SEEDS,
            "width": request.width,
            "height": request.height,
            "frames": request.frames,
        }
        if request.negative:
            values["negative"] = request.negative
        for count, upload in enumerate(uploads, 1):
            values[f"keyframe {count}"] = upload
        self.check(request)
        if "fps" in self.slots:
            values["fps"] = float(request.fps)
        nodes = {
            node_id: Node(node.kind, dict(node.inputs), node.title)
            for node_id, node in self.graph.nodes.items()
        }
        for name, value in values.items():
            for slot in self.slots[name]:
                nodes[slot.node].inputs[slot.input] = value
        return Graph(nodes)

    def check(self, request: Request) -> None:
        """Whether everything that a shot asks for has its slot, and the other way round.

        Raises:
            RushesError: it has not.
        """
        wanted = ["prompt", "seed", "width", "height", "frames"]
        wanted += ["negative"] if request.negative else []
        wanted += [f"keyframe {count}" for count in range(1, len(request.keyframes) + 1)]
        missing = [f"{_TITLE}{name}" for name in wanted if name not in self.slots]
        if missing:
            raise RushesError(
                f"{self.name} has no node titled {', '.join(missing)}: give the node that takes it "
                "that title, and export the workflow again"
            )
        if self.keyframes > len(request.keyframes):
            raise RushesError(
                f"{self.name} has {self.keyframes} slots for keyframes, and the shot "
                f"{len(request.keyframes)}: give it as many"
            )


def read_workflow(path: Path) -> Workflow:
    """Read a workflow that was exported in the API's format.

    Raises:
        RushesError: it cannot be read, is none, or a slot's node has no input for its value.
    """
    name = one_line(path.name)
    path = expanded(path)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise RushesError(f"{name} is too large for a workflow")
        text = path.read_bytes()
    except OSError as error:
        raise RushesError(f"cannot read workflow {name}: {error.strerror}") from None
    try:
        nodes = TypeAdapter(dict[str, _FileNode]).validate_json(text)
    except ValidationError:
        raise RushesError(f"cannot read workflow {name}: {_reason(text)}") from None
    if not 0 < len(nodes) <= MOST_NODES:
        raise RushesError(f"cannot read workflow {name}: it has {len(nodes)} nodes")
    graph = Graph({key: Node(n.class_type, n.inputs, n.meta.title) for key, n in nodes.items()})
    return Workflow(name, hashlib.sha256(text).hexdigest(), graph, _slots(graph, name))


def _reason(text: bytes) -> str:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return "it is not JSON"
    if isinstance(parsed, dict) and "nodes" in parsed and "links" in parsed:
        return "it is in the editor's format; export it with Workflow > Export (API)"
    return "it is no workflow in the API's format (ComfyUI: Workflow > Export (API))"


def _slots(graph: Graph, name: str) -> dict[str, tuple[Slot, ...]]:
    slots: dict[str, tuple[Slot, ...]] = {}
    for node_id, node in graph.nodes.items():
        title = node.title.strip().lower()
        if not title.startswith(_TITLE):
            continue
        for each in title.removeprefix(_TITLE).split(","):
            slot = _slot_name(each, name)
            kind = slot.split()[0]
            taken = next((i for i in _INPUTS[kind] if i in node.inputs), None)
            if taken is None:
                raise RushesError(
                    f"{name}: {graph.name(node_id)} is titled {_TITLE}{slot}, but has no input "
                    f"called {' or '.join(_INPUTS[kind])}"
                )
            slots[slot] = (*slots.get(slot, ()), Slot(node_id, taken))
    return slots


def _slot_name(text: str, name: str) -> str:
    text = " ".join(text.split())
    if counted := _KEYFRAME.fullmatch(text):
        return f"keyframe {counted[1] or 1}"
    if text not in _INPUTS:
        known = ", ".join(_INPUTS)
        raise RushesError(f"{name}: {_TITLE}{one_line(text)[:40]} is no slot; slots are {known}")
    return text
