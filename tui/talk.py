"""`rushes ask`: one question, or a conversation line by line."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from agent.approval import Request
from agent.conversation import Conversation
from agent.events import (
    Event,
    Noticed,
    Picked,
    Reply,
    Said,
    Showed,
    StepBegan,
    StepEnded,
    Wrote,
)
from indexer.library import Library
from rushes.jobs import Job, Progress
from rushes.settings import Settings
from rushes.text import one_line
from tui import show
from tui.broll import print_reel, reel_json
from tui.labels import home, where
from tui.progress import on_interrupt
from tui.work.telling import INTERRUPTED


def ask(question: str, settings: Settings, as_json: bool) -> int:
    """Answer one question, or without one a line at a time. Returns the exit code."""
    from agent.llm.choose import load_language

    language = load_language(settings)
    screen = _Screen(quiet=as_json)
    if language.reason:
        screen.notice(language.reason)
    talk = Conversation(Library(settings), language.model, Path.cwd(), screen.approve)
    code = 0
    for text in [question] if question else _lines():
        reply = _turn(talk, text, screen)
        if as_json:
            show.print_json(_reply_json(reply))
        code = INTERRUPTED if reply.stopped else int(reply.failed)
    return code if question else 0


def _turn(talk: Conversation, text: str, screen: "_Screen") -> Reply:
    job = Job(screen.progress)

    async def follow() -> Reply:
        async for event in talk.turn(text, job):
            screen.show(event)
            if isinstance(event, Reply):
                return event
        raise AssertionError("a turn ends with a reply")

    with on_interrupt(job.cancel):
        return asyncio.run(follow())


def _lines() -> Iterator[str]:
    """What the user types, until they end it with Ctrl-D."""
    waits = sys.stdin.isatty()
    while True:
        if waits:
            print("› ", end="", file=sys.stderr, flush=True)
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            return
        if not line:
            return
        if line.strip():
            yield line


class _Screen:
    """Draws a turn as it happens: what is done on standard error, what is said on standard output.

    `quiet`: only what the user must know is shown, since a document follows.
    """

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console

        self._quiet = quiet
        self._out: Console = Console(highlight=False, soft_wrap=True)
        self._err: Console = Console(highlight=False, soft_wrap=True, stderr=True)
        self._stage = ""

    def show(self, event: Event) -> None:
        match event:
            case Noticed(text):
                self.notice(text)
            case _ if self._quiet:
                return
            case StepBegan(_, tool, about):
                self._dim(f"{tool} {about}")
            case StepEnded(_, _, outcome):
                self._dim(f"  {outcome}")
            case Said(text, citations):
                self._say(text, citations)
            case Showed(moments, query):
                show.moments(self._out, moments, query)
            case Picked(reel):
                print_reel(reel)
            case Wrote():
                return
            case Reply():
                self._sources(event)

    def notice(self, text: str) -> None:
        """A line that the user must see, whatever else is shown."""
        with suppress(OSError):
            print(f"rushes: {one_line(text)}", file=sys.stderr, flush=True)

    def progress(self, progress: Progress) -> None:
        """A line for each new stage of long work."""
        if progress.stage != self._stage and not self._quiet:
            self._stage = progress.stage
            self._dim(f"  {progress.stage} {progress.note}")

    async def approve(self, request: Request) -> bool:
        """Ask the user, if there is one at a terminal."""
        if not sys.stdin.isatty():
            return False
        print(f"{one_line(request.what)}? [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().casefold() in ("y", "yes")

    def _say(self, text: str, citations: tuple[int, ...]) -> None:
        from rich.text import Text

        line = Text(one_line(text))
        for number in citations:
            line.append(f" [{number}]", "cyan")
        self._out.print(line)

    def _sources(self, reply: Reply) -> None:
        from rich.text import Text

        if reply.stopped:
            self.notice("stopped")
        if reply.citations and not self._quiet:
            self._out.print()
        for citation in reply.citations:
            line = Text(f"[{citation.n}] ", "cyan").append(one_line(citation.path.name), "bold")
            if place := where(citation.page, citation.start_s, citation.end_s):
                line.append(f"  {place}", "cyan")
            self._out.print(line)
            if citation.quote not in reply.text:  # else it was just read
                self._out.print(Text(f"    “{one_line(citation.quote)}”"))
            self._out.print(Text(f"    {home(citation.path.parent)}/", "dim"))

    def _dim(self, text: str) -> None:
        from rich.text import Text

        self._err.print(Text(one_line(text), "dim"))


def _reply_json(reply: Reply) -> dict[str, object]:
    return {
        "answer": reply.text,
        "citations": [{**asdict(each), "path": str(each.path)} for each in reply.citations],
        "steps": [asdict(step) for step in reply.steps],
        "refused": reply.refused,
        "stopped": reply.stopped,
        "failed": reply.failed,
        "moments": [show.moment_json(moment) for moment in reply.moments],
        "reel": reel_json(reply.reel) if reply.reel else None,
        "made": [str(path) for path in reply.made],
    }
