"""Prose with sources: what a model writes from passages, sentence by sentence, each checked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.claims import check
from agent.evidence import Evidence, find_evidence
from agent.llm.protocol import LanguageModel, Message, Role
from agent.prompts import prompt
from agent.quoting import Quoting
from agent.terms import content_stems
from indexer.embed.encoders import TextEncoder
from indexer.names import words_of_path
from indexer.reading import Passage
from rushes.jobs import Job
from rushes.text import one_line

_MOST_TOKENS = 160
_AS_GOOD = 0.8  # of the chance that its source has to be the answer
_LONGEST = 400  # characters of a sentence; what is longer is none
_SENTENCE_END = re.compile(r"(?<=[.!?])(?:\s*\[\d{1,2}\])*(?:\s+|$)")
_ABBREVIATED = re.compile(
    r"\b(?:[A-Z]|\d+|Mr|Mrs|Ms|Dr|Prof|St|No|Nr|approx|ca|vs|etc|e\.g|i\.e|a\.m|p\.m|Fig|Inc|Ltd)\.$"
)
_MARKS = re.compile(r"\s*\[(\d{1,2})\]")
_NOT_FOUND = re.compile(r"^\W*NOT FOUND\b")


@dataclass(frozen=True)
class Sentence:
    """One sentence that a model wrote, and the numbers (from 0) of the evidence that holds it.

    Without any it must not be shown.
    """

    text: str
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A part of what a model writes, not to be shown yet."""


def write_answer(
    question: str,
    evidence: Sequence[Evidence],
    model: LanguageModel,
    encoder: TextEncoder,
    job: Job,
) -> Iterator[Piece | Sentence]:
    """What the model writes from the evidence. Which source a sentence has, code decides.

    Raises:
        RushesError: the model failed.
        Cancelled: the user asked to stop.
    """
    quoting = Quoting()
    passages = "\n".join(
        quoting.quote(f"passage {number}", _shown(each)) for number, each in enumerate(evidence, 1)
    )
    messages = [
        Message(Role.SYSTEM, prompt("answer")),
        Message(Role.USER, f"{passages}\n\nQuestion: {one_line(question)}"),
    ]
    written = ""
    for part in model.write(messages, job, max_tokens=_MOST_TOKENS):
        yield Piece()
        written += part
        *whole, written = _sentences(written)
        for each in whole:
            yield _checked(each, question, evidence, encoder)
    if written.strip():
        yield _checked(written, question, evidence, encoder)


def _checked(
    text: str, question: str, evidence: Sequence[Evidence], encoder: TextEncoder
) -> Sentence:
    """The sentence with those sources that hold it: first the one it names, then any."""
    named = [int(mark) - 1 for mark in _MARKS.findall(text)]
    plain = one_line(_MARKS.sub("", text))
    if not plain or len(plain) > _LONGEST or _NOT_FOUND.match(plain):
        return Sentence(plain[:_LONGEST])
    order = sorted(range(len(evidence)), key=lambda number: number not in named)
    for number in order:
        source = evidence[number]
        context = f"{source.passage.heading or ''}\n{source.passage.text}"
        if (
            not _borrowed(plain, question, f"{context} {words_of_path(source.passage.path)}")
            and check(plain, context, encoder).holds
            and _answers(plain, question, source, encoder)
        ):
            return Sentence(plain, (number,))
    return Sentence(plain)


def _borrowed(text: str, question: str, source: str) -> set[str]:
    """What a sentence has from the question alone: a small model puts the one's names to the
    other's numbers.
    """
    shared = set(content_stems(text)).intersection(content_stems(question))
    return shared.difference(content_stems(source))


def _answers(text: str, question: str, source: Evidence, encoder: TextEncoder) -> bool:
    """Whether the sentence itself answers: one may be true of its source and beside the point."""
    passage = source.passage
    alone = Passage(
        passage.path, passage.kind, text, passage.origin, passage.start_s, passage.end_s,
        passage.page, passage.heading,
    )  # fmt: skip
    found = find_evidence(question, [alone], encoder, 1)
    return bool(found) and found[0].chance >= _AS_GOOD * source.chance


def _shown(evidence: Evidence) -> str:
    heading = one_line(evidence.passage.heading or "")
    sentence = evidence.sentence
    return sentence if not heading or heading in sentence else f"{heading}: {sentence}"


def _sentences(text: str) -> list[str]:
    """The text cut after each sentence that is whole; the last part may go on."""
    parts, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        before = text[start : match.start()]
        if match.end() == len(text) or _ABBREVIATED.search(before):
            continue
        parts.append(text[start : match.end()])
        start = match.end()
    return [*parts, text[start:]]
