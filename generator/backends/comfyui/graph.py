"""A graph of nodes, as ComfyUI's API takes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from pydantic import JsonValue

from generator.backends.comfyui.node_types import NodeType
from rushes.errors import ModelMissing
from rushes.text import one_line

MOST_NODES = 10_000
_LONGEST = 300


@dataclass
class Node:
    """One node. A link among the inputs is a list: the other node's id and the output's place."""

    kind: str
    inputs: dict[str, JsonValue]
    title: str = ""


@dataclass(frozen=True)
class Added:
    """A node that was added: `node[n]` links to its output n."""

    id: str

    def __getitem__(self, output: int) -> list[JsonValue]:
        return [self.id, output]


@dataclass
class Graph:
    """Nodes by their ids."""

    nodes: dict[str, Node] = field(default_factory=dict)

    def add(self, kind: str, **inputs: JsonValue) -> Added:
        """Add a node. Inputs with a dot in their names are given as `**{"a.b": …}`."""
        added = Added(str(len(self.nodes) + 1))
        self.nodes[added.id] = Node(kind, inputs)
        return added

    def kinds(self) -> tuple[str, ...]:
        """Each kind of node in it, once."""
        return tuple(dict.fromkeys(node.kind for node in self.nodes.values()))

    def name(self, node_id: str) -> str:
        """What to call a node before the user."""
        node = self.nodes.get(node_id)
        return f"{one_line(node.kind)} (node {one_line(node_id)})" if node else ""

    def completed(self, types: Mapping[str, NodeType]) -> Self:
        """With the server's own defaults where its version of a node asks for more than is said."""
        full = {
            node_id: Node(node.kind, {**types[node.kind].defaults, **node.inputs}, node.title)
            for node_id, node in self.nodes.items()
        }
        return type(self)(full)

    def as_prompt(self) -> dict[str, JsonValue]:
        prompt: dict[str, JsonValue] = {}
        for node_id, node in self.nodes.items():
            prompt[node_id] = {"class_type": node.kind, "inputs": node.inputs}
            if node.title:
                prompt[node_id] |= {"_meta": {"title": node.title}}  # type: ignore[operator]
        return prompt


def check_kinds(kinds: Iterable[str], types: Iterable[str], where: str, remedy: str) -> None:
    """Whether a server has every kind of node that a graph is made of.

    Raises:
        ModelMissing: it has not. `remedy` says what to do.
    """
    missing = ", ".join(one_line(kind) for kind in sorted(set(kinds) - set(types)))
    if missing:
        raise ModelMissing(f"{where} lacks the nodes {missing[:_LONGEST]}: {remedy}")
