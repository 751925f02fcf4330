"""The last line: the keys that do something here."""

from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

_TIGHT = 100  # columns, below which there is less space between keys
_HELP = "app.keys", "keys"


class KeysLine(Footer):
    """What the focus can do comes first, then the screen; the key of all keys is always seen."""

    DEFAULT_CSS = """
    KeysLine FooterKey.-help { dock: right; padding-left: 1; }
    KeysLine.-compact FooterKey.-help { margin: 0; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)

    def compose(self) -> ComposeResult:
        if not self._bindings_ready:
            return
        shown: dict[str, ActiveBinding] = {}
        for each in self.screen.active_bindings.values():
            if each.binding.show:
                shown.setdefault(each.binding.action, each)
        for each in sorted(shown.values(), key=_order):
            binding = each.binding
            yield FooterKey(
                binding.key,
                self.app.get_key_display(binding),
                binding.description,
                binding.action,
                disabled=not each.enabled,
                tooltip=each.tooltip,
                classes="-help" if binding.action in _HELP else "",
            ).data_bind(compact=Footer.compact)

    def on_resize(self) -> None:
        self.compact = self.app.size.width < _TIGHT


def _order(each: ActiveBinding) -> tuple[bool, int]:
    """Keys of what is open in the order in which they are declared, then F1 to F12, then Ctrl."""
    key = each.binding.key
    is_function = key[0] == "f" and key[1:].isdigit()
    if is_function:
        return True, int(key[1:])
    return key == "ctrl+q", 99
