"""What an answer is made from: the passages around the moments that a question finds."""

from collections.abc import Sequence

from indexer.library import Library
from indexer.reading import Passage
from rushes.moment import Moment

_BESIDE_S = 30.0  # before and after what was found, speech may go on about it
_BESIDE = 1  # passages before and after in a document; pages and slides likewise
_MOST = 48


def passages_around(library: Library, moments: Sequence[Moment]) -> list[Passage]:
    """The passages that the moments are made of and their neighbours, the best moment's first."""
    of_file: dict[object, list[Passage]] = {}
    for passage in library.passages([moment.path for moment in moments]):
        of_file.setdefault(passage.path, []).append(passage)
    chosen: dict[tuple[object, int], Passage] = {}
    for moment in moments:
        there = of_file.get(moment.path, [])
        for number in _near(moment, there):
            chosen.setdefault((moment.path, number), there[number])
    return list(chosen.values())[:_MOST]


def _near(moment: Moment, passages: Sequence[Passage]) -> list[int]:
    """The numbers of the passages at a moment, and then of those beside it."""
    at = [i for i, each in enumerate(passages) if _is_at(moment, each)]
    beside = [
        i for i, each in enumerate(passages) if i not in at and _is_beside(moment, each, i, at)
    ]
    return at + beside


def _is_at(moment: Moment, passage: Passage) -> bool:
    if moment.page is not None:
        return passage.page == moment.page
    if moment.start_s is None or moment.end_s is None:
        return moment.text is None or passage.text == moment.text
    if passage.start_s is None or passage.end_s is None:
        return False
    return passage.start_s < moment.end_s and passage.end_s > moment.start_s


def _is_beside(moment: Moment, passage: Passage, number: int, at: Sequence[int]) -> bool:
    if moment.page is not None:
        return passage.page is not None and abs(passage.page - moment.page) <= _BESIDE
    if moment.start_s is None or moment.end_s is None:
        return any(abs(number - each) <= _BESIDE for each in at)
    if passage.start_s is None or passage.end_s is None:
        return False
    return passage.start_s < moment.end_s + _BESIDE_S and passage.end_s > moment.start_s - _BESIDE_S
