"""What a server says of a kind of node: its choices and its defaults."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, Field, JsonValue, TypeAdapter


@dataclass(frozen=True)
class NodeType:
    """A kind of node. `choices` are of the inputs that are one of a list, such as model files.

    `defaults` are of the required inputs that have one.
    """

    name: str
    choices: Mapping[str, tuple[str, ...]]
    defaults: Mapping[str, JsonValue]


class _Info(BaseModel):
    input: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)


def read_node_type(name: str, body: bytes) -> NodeType | None:
    """Read the answer to /object_info/NAME; None if the server has no such kind.

    Raises:
        ValidationError: it is no such answer.
    """
    info = TypeAdapter(dict[str, _Info]).validate_json(body).get(name)
    if info is None:
        return None
    choices: dict[str, tuple[str, ...]] = {}
    defaults: dict[str, JsonValue] = {}
    for group in ("required", "optional"):
        for each, spec in info.input.get(group, {}).items():
            kind, options = _spec(spec)
            listed = _choices(kind, options)
            if listed is not None:
                choices[each] = tuple(str(choice) for choice in listed)
            if group == "required" and "default" in options:
                defaults[each] = options["default"]
            elif group == "required" and listed:
                defaults[each] = listed[0]
    return NodeType(name, choices, defaults)


def _spec(spec: JsonValue) -> tuple[JsonValue, dict[str, JsonValue]]:
    """An input is [type] or [type, options]."""
    if not isinstance(spec, list) or not spec:
        return None, {}
    options = spec[1] if len(spec) > 1 else None
    return spec[0], options if isinstance(options, dict) else {}


def _choices(kind: JsonValue, options: Mapping[str, JsonValue]) -> list[JsonValue] | None:
    """Older nodes have the list in the place of the type, newer ones among the options."""
    listed = options.get("options") if kind == "COMBO" else kind
    return listed if isinstance(listed, list) else None
