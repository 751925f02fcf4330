"""What can be typed after a slash, and found in the command palette."""

import difflib
import re
from dataclasses import dataclass

from rushes.errors import WrongUsage
from rushes.text import one_line

_CALLED = re.compile(r"/(?P<name>[^\W\d_][\w-]*|\?)?(?:\s+(?P<rest>.*))?", re.DOTALL)


@dataclass(frozen=True)
class Command:
    """`usage` is what may follow the name: words in capitals stand for something, and what is in
    brackets may be left out.
    """

    name: str
    usage: str
    about: str

    @property
    def takes_words(self) -> bool:
        """Whether something may follow it."""
        return bool(self.usage)

    @property
    def needs_words(self) -> bool:
        """Whether something must follow it."""
        return bool(self.usage) and not self.usage.startswith("[")


COMMANDS = (
    Command("search", "WORDS", "find moments by words and filters, without the agent"),
    Command("broll", "SUBJECT, SECONDS", "propose clips for a subject or the lines of a script"),
    Command("generate", "[PROMPT]", "make a shot from the moment under the cursor"),
    Command("index", "[FOLDER]", "put a folder into the library, or bring all of it up to date"),
    Command("export", "", "write the selects as a timeline or as clips"),
    Command("selects", "", "go to the selects"),
    Command("jobs", "", "see what is under way"),
    Command("library", "", "see what the library holds, and what could not be read"),
    Command("model", "[NAME]", "choose the language model for this session"),
    Command("settings", "", "change settings, models and profiles"),
    Command("theme", "[NAME]", "choose the colours"),
    Command("history", "[WORDS]", "find an earlier question and go on from there"),
    Command("clear", "", "begin a new conversation"),
    Command("help", "", "see the keys and commands"),
    Command("quit", "", "leave"),
)


def command_of(text: str) -> tuple[Command, str] | None:
    """The command that a text is, and what follows its name; None if it is none.

    A path from the root, as /media/card, is none.

    Raises:
        WrongUsage: there is no such command, or what must follow it is not there.
    """
    match = _CALLED.fullmatch(text.strip())
    if match is None:
        return None
    name, rest = (match["name"] or "?").casefold(), (match["rest"] or "").strip()
    command = _named("help" if name == "?" else name)
    if command.needs_words and not rest:
        raise WrongUsage(f"write /{command.name} {command.usage}: {command.about}")
    return command, rest


def _named(name: str) -> Command:
    for command in COMMANDS:
        if command.name == name:
            return command
    close = difflib.get_close_matches(name, [each.name for each in COMMANDS], 1, 0.6)
    meant = f"did you mean /{close[0]}?" if close else "see /help"
    raise WrongUsage(f"there is no /{one_line(name)[:40]}: {meant}")
