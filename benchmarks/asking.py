"""How the benchmark of answers asks: through the agent, and as a tutorial would without it."""

import asyncio
import re
import time
from dataclasses import dataclass
from pathlib import Path

from agent.conversation import Conversation
from agent.events import Citation, Reply, Said, StepEnded, Wrote
from agent.llm.protocol import LanguageModel, Message, Role
from indexer.library import Library
from indexer.query import Query
from rushes.jobs import Job
from tests.media.facts import Asked

PLAIN_PROMPT = (
    "Answer the question in one sentence from the context. "
    "If the context does not hold the answer, say: I don't know."
)
_MOST_TOKENS = 80
_PLAIN_PASSAGES = 3
_MARKS = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True)
class Turn:
    """A reply, and its times: seconds after the last step, `turn_s` after the question.

    `token_s` is when the model began to write, or what was found was quoted; `shown_s` when the
    first sentence was shown; `writing_s` from the first of `pieces` to the last.
    """

    asked: Asked
    reply: Reply
    token_s: float | None
    shown_s: float | None
    turn_s: float
    pieces: int
    writing_s: float

    @property
    def answers(self) -> bool:
        """Whether an answer was given, be it right or wrong; what was merely found is none."""
        return bool(self.reply.citations) and not self.reply.refused

    @property
    def is_right(self) -> bool:
        return self.answers and self.asked.is_answered_by(_MARKS.sub("", self.reply.text))


@dataclass(frozen=True)
class Ask:
    """Puts questions to one back end."""

    library: Library
    model: LanguageModel | None
    output: Path

    def __call__(self, asked: Asked) -> Turn:
        return asyncio.run(self._turn(asked))

    async def _turn(self, asked: Asked) -> Turn:
        talk = Conversation(self.library, self.model, self.output)
        asked_at = stepped_at = time.perf_counter()
        token_at = shown_at = None
        pieces: list[float] = []
        async for event in talk.turn(asked.question, Job()):
            now = time.perf_counter()
            if isinstance(event, StepEnded):
                stepped_at = now
            elif isinstance(event, Wrote):
                pieces.append(now)
                token_at = token_at or now
            elif isinstance(event, Said):
                token_at, shown_at = token_at or now, shown_at or now
            elif isinstance(event, Reply):
                return Turn(
                    asked,
                    event,
                    token_at and token_at - stepped_at,
                    shown_at and shown_at - stepped_at,
                    now - asked_at,
                    len(pieces),
                    pieces[-1] - pieces[0] if pieces else 0.0,
                )
        raise AssertionError("a turn ends with a reply")


@dataclass(frozen=True)
class PlainAsk:
    """What one would write without the agent: the first passages found, and the question.

    The first passage is its source. Saying that it does not know is refusing.
    """

    library: Library
    model: LanguageModel

    def __call__(self, asked: Asked) -> Turn:
        asked_at = time.perf_counter()
        found = self.library.search(Query(words=asked.question), _PLAIN_PASSAGES)
        moments = tuple(each for each in found.moments or found.nearest if each.text)
        searched_at = time.perf_counter()
        context = "\n\n".join(moment.text or "" for moment in moments[:_PLAIN_PASSAGES])
        messages = [
            Message(Role.SYSTEM, PLAIN_PROMPT),
            Message(Role.USER, f"Context:\n{context}\n\nQuestion: {asked.question}"),
        ]
        pieces, times = [], []
        for piece in self.model.write(messages, Job(), max_tokens=_MOST_TOKENS):
            pieces.append(piece)
            times.append(time.perf_counter())
        text = "".join(pieces).strip()
        citations = tuple(
            Citation(1, moment.path, moment.text or "", moment.page, moment.start_s, moment.end_s)
            for moment in moments[:1]
        )
        refused = not text or "don't know" in text.lower().replace("’", "'")
        reply = Reply(text, citations, moments=moments, refused=refused)
        first_s = times[0] - searched_at if times else None
        writing_s = times[-1] - times[0] if times else 0.0
        return Turn(
            asked, reply, first_s, first_s, times[-1] - asked_at if times else 0.0,
            len(pieces), writing_s,
        )  # fmt: skip
