"""The words around what was found in a document."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rushes.moment import Moment
from rushes.text import clean

if TYPE_CHECKING:
    from indexer.reading import Passage

_AROUND = 2  # passages before and after, in a document without pages
_TOLD_BY = 60  # letters, by which a passage is known again


def page_words(passages: "Sequence[Passage]", moment: Moment) -> str:
    """The words of the moment's page or picture; else the found passage and those next to it."""
    if moment.page is not None:
        there = [each for each in passages if each.page == moment.page]
    else:
        starts = [clean(each.text)[:_TOLD_BY] for each in passages]
        start = clean(moment.text or "")[:_TOLD_BY]
        found = starts.index(start) if start in starts else 0
        there = list(passages[max(0, found - _AROUND) : found + _AROUND + 1])
    texts = dict.fromkeys(clean(each.text) for each in there)
    return "\n\n".join(texts) or clean(moment.text or "")
