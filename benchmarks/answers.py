"""Questions about planted facts, put to the agent: how often it is right, cites right, refuses.

    python -m benchmarks.answers FOLDER [--half tune|report|check|all] [--tell]

The library is made and indexed below FOLDER once. Each question begins a conversation of its own,
with the starter models: without a language model, with the one that is installed, and with the
server of RUSHES_LANGUAGE_URL if that is set. Beside each model stands what it makes of the first
passages found, without the agent. Tuning looks at "tune" alone. "check" asks
about the files of both halves; it was written before anything was known of how it comes out.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from agent.events import Citation
from agent.llm.choose import load_language
from agent.llm.protocol import LanguageModel
from benchmarks.asking import Ask, PlainAsk, Turn
from benchmarks.place import Place
from indexer.library import Library
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.paths import paths
from rushes.settings import Settings, load_settings
from tests.media.facts import Asked, Planted, Source, plant

HALVES = {"tune": ("tune",), "report": ("report",), "check": ("check",), "all": ("tune", "report")}


def cites_right(turn: Turn, planted: Planted) -> bool:
    """Whether every citation is of the right place, and their words hold the answer."""
    citations, source = turn.reply.citations, turn.asked.source
    return (
        bool(citations)
        and source is not None
        and all(is_at(citation, source, planted) for citation in citations)
        and turn.asked.is_answered_by("\n".join(citation.quote for citation in citations))
    )


def is_at(citation: Citation, source: Source, planted: Planted) -> bool:
    """The file, and in it the page, or at least half of the time of the sentence."""
    if citation.path != planted.path(source.path):
        return False
    if source.sentence is None:
        return source.page in (None, citation.page)
    if citation.start_s is None or citation.end_s is None:
        return False
    start_s, end_s = planted.told[source.path][source.sentence]
    shared_s = min(end_s, citation.end_s) - max(start_s, citation.start_s)
    return shared_s >= (end_s - start_s) / 2


def known(planted: Planted, library: Library, asked: Sequence[Asked]) -> list[Asked]:
    """Those questions whose answer is in the library's words: not misread, not misheard."""
    paths = [planted.path(file.path) for file in planted.plan.files]
    words = dict.fromkeys(paths, "")
    for passage in library.passages(paths):
        words[passage.path] += f"\n{passage.text}"
    return [
        each
        for each in asked
        if each.source and each.is_answered_by(words[planted.path(each.source.path)])
    ]


def back_ends(
    settings: Settings, store: ModelStore, library: Library, output: Path
) -> Iterator[tuple[str, Callable[[Asked], Turn]]]:
    """What questions are put to, each with its name."""
    yield "no model", Ask(library, None, output)
    for model in models(settings, store):
        yield model.name, Ask(library, model, output)
        yield f"{model.name} without the agent", PlainAsk(library, model)


def models(settings: Settings, store: ModelStore) -> Iterator[LanguageModel]:
    """The one that is installed, and a server if one is named."""
    alone = settings.model_copy(update={"language_url": None, "language_model": ""})
    for each in (alone, settings) if settings.language_url else (alone,):
        language = load_language(each, store)
        if language.model is None:
            print(f"  {language.reason}")
        else:
            yield language.model


def print_turns(name: str, turns: Sequence[Turn], planted: Planted) -> None:
    """The figures of one back end."""
    with_one = [turn for turn in turns if turn.asked.answers]
    without = [turn for turn in turns if not turn.asked.answers]
    given = [turn for turn in turns if turn.answers]
    right = [turn for turn in with_one if turn.is_right]
    print(
        f"  {name}\n"
        f"    answered right   {_share(len(right), len(with_one))} of those with an answer\n"
        f"    cited right      {_share(sum(cites_right(t, planted) for t in given), len(given))}"
        " of answers given\n"
        f"    wrongly answered {_share(len(given) - len(right), len(turns))} of all\n"
        f"    refused rightly  {_share(sum(t.reply.refused for t in without), len(without))}"
        " of those without\n"
        f"    refused wrongly  {_share(sum(t.reply.refused for t in with_one), len(with_one))}"
        " of those with one"
    )
    for sense in dict.fromkeys(turn.asked.sense for turn in with_one):
        of_it = [turn for turn in with_one if turn.asked.sense == sense]
        print(f"    {sense:>10}: {_share(sum(t.is_right for t in of_it), len(of_it))} right")
    found = sum(_is_found(turn, planted) for turn in with_one)
    print(f"    among what was found: the source of {_share(found, len(with_one))}")
    if failed := sum(turn.reply.failed for turn in turns):
        print(f"    failed: {failed} turns")
    if merely := sum(not (t.answers or t.reply.refused or t.reply.failed) for t in turns):
        print(f"    neither answered nor refused, but taken for a search: {merely} questions")
    _print_times(given, turns)


def _print_times(given: Sequence[Turn], turns: Sequence[Turn]) -> None:
    times: tuple[tuple[str, list[float]], ...] = (
        ("first token after the search", [t.token_s for t in given if t.token_s is not None]),
        ("first sentence shown after it", [t.shown_s for t in given if t.shown_s is not None]),
        ("whole turn", [t.turn_s for t in turns]),
    )
    for what, seconds in times:
        if seconds:
            half, most = np.percentile(seconds, (50, 95))
            print(f"    {what}: {half:.2f} s, 95 % within {most:.2f} s")
    writing_s = sum(turn.writing_s for turn in turns)
    if writing_s:
        tokens = sum(max(0, turn.pieces - 1) for turn in turns)
        dropped = sum(turn.reply.dropped for turn in turns)
        print(f"    {tokens / writing_s:.0f} tokens a second; {dropped} sentences did not hold")
    if given:
        words = np.median([len(turn.reply.text.split()) for turn in given])
        print(f"    {words:.0f} words an answer")


def _is_found(turn: Turn, planted: Planted) -> bool:
    source = turn.asked.source
    return source is not None and any(
        moment.path == planted.path(source.path) and source.page in (None, moment.page)
        for moment in turn.reply.moments
    )


def _share(some: int, of: int) -> str:
    return f"{some / of:.2f} ({some} of {of})" if of else "- (none)"


def tell(turn: Turn, planted: Planted) -> None:
    """What was asked and replied, where that was not right."""
    asked, reply = turn.asked, turn.reply
    right = turn.is_right and cites_right(turn, planted) if asked.answers else reply.refused
    if right:
        return
    wanted = f"{asked.answers} in {asked.source}" if asked.answers else f"nothing ({asked.why})"
    print(f"    {asked.question}\n      wanted {wanted}\n      got {reply.text!r}")
    for citation in reply.citations:
        print(f"      [{citation.n}] {citation.path.name} {citation.page} {citation.start_s}")


def measure(
    folder: Path,
    store: ModelStore,
    half: str,
    and_then: Callable[[Turn, Planted], None] = lambda turn, planted: None,
) -> None:
    """Ask every back end all questions of `half`, and print the figures."""
    folder.mkdir(parents=True, exist_ok=True)
    planted = plant(folder)
    settings = load_settings(library=folder / "library", profile="starter")
    library = Library(settings, store)
    library.index([planted.root], Job())
    asked = [each for each in planted.plan.questions if each.half in HALVES[half]]
    answered = [each for each in asked if each.answers]
    held = _share(len(known(planted, library, answered)), len(answered))
    print(f"{half}: {len(asked)} questions, {len(answered)} with an answer; in the library: {held}")
    for name, ask in back_ends(settings, store, library, folder / "output"):
        ask(asked[0])  # loads the models
        turns = [ask(each) for each in asked]
        print_turns(name, turns, planted)
        for turn in turns:
            and_then(turn, planted)


def run(place: Place) -> None:
    measure(place.folder / "facts", place.store, "report")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=HALVES, default="report")
    parser.add_argument("--tell", action="store_true", help="print what was not right")
    given = parser.parse_args()
    store = ModelStore(paths().models)
    if given.tell:
        measure(given.folder.absolute(), store, given.half, tell)
    else:
        measure(given.folder.absolute(), store, given.half)


if __name__ == "__main__":
    main()
