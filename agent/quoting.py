"""Untrusted words on their way to a model: between marks that they cannot know."""

import secrets
from dataclasses import dataclass, field

from rushes.text import clean


@dataclass(frozen=True)
class Quoting:
    """The marks of one turn. Whoever wrote a file could not know them, so none can end a quote."""

    mark: str = field(default_factory=lambda: secrets.token_hex(4))

    def quote(self, name: str, text: str) -> str:
        """The text as data. `name` is our own, as "passage 1"."""
        inside = clean(text).replace(self.mark, "")
        return f"<{name} {self.mark}>\n{inside}\n</{name} {self.mark}>"
