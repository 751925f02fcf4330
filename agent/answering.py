"""A question to an answer with sources: search, read around, find the evidence, write, check."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent import background
from agent.events import Citation, Event, Noticed, Said, Showed, Wrote
from agent.evidence import FLOOR, Evidence, find_evidence
from agent.forms import Ask
from agent.llm.protocol import LanguageModel
from agent.mentions import among, within
from agent.prose import Piece, Sentence, write_answer
from agent.reading_tools import SEARCH
from agent.sources import passages_around
from agent.steps import Steps
from agent.tools import Kit
from indexer.embed.encoders import TextEncoder
from indexer.query import Query
from indexer.wording import words_of
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.moment import Moment
from rushes.text import one_line

_MARKS = re.compile(r"\[(\d+)\]")
_SEARCHED = 24  # moments, of which some only show something
_LOOKED_AT = 8
_NEAREST = 3
_MOST_SOURCES = 3
_AS_WELL = 0.75  # of the best chance, for a further source to be quoted too


@dataclass
class Answered:
    """What came of a question; filled in by `answer`.

    `moments` are what the citations are of, in their order; of a refusal, the nearest found.
    """

    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    moments: tuple[Moment, ...] = ()
    refused: bool = False
    dropped: int = 0


async def sought(
    question: str, kit: Kit, steps: Steps, job: Job, paths: Sequence[Path] = ()
) -> "Sought":
    """What the library holds of an answer, or of its files only some.

    Raises:
        RushesError: the library cannot be searched.
        Cancelled: the user asked to stop.
    """
    form = Ask(query=str(within(Query(words=question), paths)), limit=_SEARCHED)
    found = await steps.use(SEARCH, kit, form, one_line(question), job)
    moments = among(found.results.moments or found.results.nearest, paths)
    told = tuple(each for each in moments if each.text)[:_LOOKED_AT]
    return await sought_in(told, question, kit, steps, job)


async def sought_in(
    moments: Sequence[Moment], question: str, kit: Kit, steps: Steps, job: Job
) -> "Sought":
    """As `sought`, around some moments.

    Raises:
        RushesError: the library cannot be read.
        Cancelled: the user asked to stop.
    """
    parts = kit.library.searcher().parts
    encoder = parts.text
    with steps.step("read", f"around {len(moments)} moments") as step:
        evidence = await background.run(
            job,
            lambda: find_evidence(
                question,
                passages_around(kit.library, moments),
                encoder,
                reranker=parts.reranker,
            ),
        )
        sources = _worth_citing(evidence, kit.model)
        step.outcome = f"{len(sources)} of {len(evidence)} sentences may answer"
    return Sought(question, tuple(moments), sources, encoder)


@dataclass(frozen=True)
class Sought:
    """What is to be answered, the moments looked at, and the sources worth citing, if any."""

    question: str
    moments: tuple[Moment, ...]
    sources: Sequence[Evidence]
    encoder: TextEncoder


async def answer(
    sought: Sought, model: LanguageModel | None, job: Job, into: Answered
) -> AsyncIterator[Event]:
    """Answer from the sources, or say that there are none.

    Every sentence that is shown is either a source's own or was found to hold by its source.

    Raises:
        Cancelled: the user asked to stop.
    """
    if not sought.sources:
        into.refused = True
        into.moments = sought.moments[:_NEAREST]
        into.text = _nothing(sought.question, bool(sought.moments))
        yield Said(into.text)
        if into.moments:
            yield Showed(into.moments, sought.question, nearest=True)
        return
    try:
        if model is not None:
            async for event in _in_prose(sought, model, job, into):
                yield event
        if not into.text:
            yield _quoted(sought.sources[0], into)
    finally:
        into.moments = _cited_moments(sought.moments, into.citations)


async def _in_prose(
    sought: Sought, model: LanguageModel, job: Job, into: Answered
) -> AsyncIterator[Event]:
    pieces = 0
    sources = sought.sources
    try:
        writing = background.stream(
            job, lambda: write_answer(sought.question, sources, model, sought.encoder, job)
        )
        async for each in writing:
            if isinstance(each, Piece):
                pieces += 1
                yield Wrote(pieces)
            elif each.sources:
                yield _said(each, sources, into)
            else:
                into.dropped += 1
    except RushesError as error:
        yield Noticed(f"the language model failed, so the source is quoted: {error}")


def _said(sentence: Sentence, sources: Sequence[Evidence], into: Answered) -> Said:
    numbers = tuple(_cited(sources[each], into) for each in sentence.sources)
    _append(into, sentence.text, numbers)
    return Said(sentence.text, numbers)


def _quoted(source: Evidence, into: Answered) -> Said:
    """The source's own words, as the answer."""
    number = _cited(source, into)
    text = f"“{_MARKS.sub(_harmless, source.sentence)}”"
    _append(into, text, (number,))
    return Said(text, (number,))


def _harmless(mark: re.Match[str]) -> str:
    """What only looks like the number of a source."""
    return f"({mark[1]})"


def _append(into: Answered, text: str, numbers: Sequence[int]) -> None:
    marks = "".join(f"[{number}]" for number in numbers)
    into.text = " ".join(filter(None, (into.text, f"{text} {marks}".strip())))


def _cited(source: Evidence, into: Answered) -> int:
    """The number of the citation of a source, issued now if it has none yet."""
    for citation in into.citations:
        if citation.quote == source.sentence and citation.path == source.passage.path:
            return citation.n
    citation = Citation(
        n=len(into.citations) + 1,
        path=source.passage.path,
        quote=source.sentence,
        page=source.passage.page,
        start_s=source.start_s,
        end_s=source.end_s,
    )
    into.citations.append(citation)
    return citation.n


def _cited_moments(moments: Sequence[Moment], citations: Sequence[Citation]) -> tuple[Moment, ...]:
    """The moments that citations are of, each once; else the best of their files."""
    cited = []
    for citation in citations:
        of_file = [each for each in moments if each.path == citation.path]
        cited += sorted(of_file, key=lambda each: not _holds(each, citation))[:1]
    return tuple(dict.fromkeys(cited))


def _holds(moment: Moment, citation: Citation) -> bool:
    if moment.start_s is None or moment.end_s is None or citation.start_s is None:
        return moment.page == citation.page
    return moment.start_s <= citation.start_s < moment.end_s


def _worth_citing(evidence: Sequence[Evidence], model: LanguageModel | None) -> list[Evidence]:
    """The best; for a model that can tell sources apart, those that are nearly as good, too."""
    good = [each for each in evidence if each.chance >= FLOOR]
    most = _MOST_SOURCES if model is not None and model.abilities.plans else 1
    return [each for each in good if each.chance >= _AS_WELL * good[0].chance][:most]


def _nothing(question: str, nearest: bool) -> str:
    text = "I found nothing in your library that answers this."
    words = words_of(question)
    if len(words) > 2 and not _ENGLISH.intersection(words):
        text += " (The starter profile's models understand English only.)"
    return text + (" The nearest:" if nearest else "")


_ENGLISH = frozenset(
    "a an and are at by did do does for from had has have how i in is it much my of on the that "
    "there this to was were what when where which who why will with".split()
)
