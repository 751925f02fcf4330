"""Which keys do what on a screen, in groups, for the help."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen

_OURS = "tui."


@dataclass(frozen=True)
class Key:
    """A key, or several that do the same, and what it does."""

    shown: str
    does: str


@dataclass(frozen=True)
class Group:
    """The keys of one part of the screen."""

    name: str
    keys: tuple[Key, ...]


def groups(app: App[object], screen: Screen[object]) -> list[Group]:
    """The screen's keys, those of its parts in the order in which they lie, then those of the app.

    Of parts that Textual brings along, such as a text field, only what we added is told.
    """
    found: dict[str, Group] = {}
    for node in (screen, *screen.query("*"), app):
        if type(node).__name__ in found or not getattr(node, "display", True):
            continue
        if keys := _keys(app, _own_bindings(node)):
            found[type(node).__name__] = Group(_name(node, app), keys)
    return list(found.values())


def _own_bindings(node: DOMNode) -> list[Binding]:
    ours = [cls for cls in type(node).__mro__ if cls.__module__.startswith(_OURS)]
    declared = [cls.__dict__.get("BINDINGS", ()) for cls in ours]
    return [each for bindings in declared for each in _made_plain(bindings)]


def _made_plain(bindings: Sequence[object]) -> Iterable[Binding]:
    """One Binding for each key, as Textual reads what a class declares."""
    return [
        each
        for same in BindingsMap(bindings).key_to_bindings.values()  # type: ignore[arg-type]
        for each in same
    ]


def _keys(app: App[object], bindings: Iterable[Binding]) -> tuple[Key, ...]:
    by_doing: dict[str, list[str]] = {}
    for each in bindings:
        if does := each.tooltip or each.description:
            names = by_doing.setdefault(does, [])
            if (shown := app.get_key_display(each)) not in names:
                names.append(shown)
    return tuple(Key(" ".join(names), does) for does, names in by_doing.items())


def _name(node: DOMNode, app: App[object]) -> str:
    if node is app:
        return "Everywhere"
    if isinstance(node, Screen) and node.title:
        return node.title
    words = re.findall(r"[A-Z][a-z0-9]*", type(node).__name__)
    return " ".join([words[0], *(word.lower() for word in words[1:])])
