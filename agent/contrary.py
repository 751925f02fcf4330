"""Whether a sentence says the contrary of what a question asks: who lost, not won; the way back."""

import re

from agent.terms.words import content_stems, stem

_OPPOSITES = frozenset(
    frozenset(map(stem, pair.split("/")))
    for pair in """
    gain/lose win/lose find/lose buy/sell arrive/leave arrive/depart open/close start/end
    begin/end begin/finish start/finish begin/stop start/stop lend/borrow rise/fall raise/lower
    increase/decrease grow/shrink push/pull give/take add/remove enter/leave accept/refuse
    allow/forbid build/demolish hire/dismiss first/last early/late high/low long/short old/new
    left/right north/south east/west indoor/outdoor inside/outside before/after above/below
    maximum/minimum most/least cheap/expensive summer/winter day/night morning/evening
    husband/wife father/mother brother/sister son/daughter uncle/aunt
    """.split()
)
_JOURNEY = re.compile(r"\bfrom (?:the )?([\w'’-]+) to (?:the )?([\w'’-]+)", re.IGNORECASE)
_WAY = re.compile(r"\b([A-Z][\w'’-]+) (?:to|[-–→]) (?:the )?([A-Z][\w'’-]+)")


def is_contrary(question: str, sentence: str, around: str) -> bool:
    """Whether a sentence is about the opposite of what is asked, or about another journey.

    `around` is what it stands in. A word is opposed only where the question's own is neither in
    the sentence nor around it, and its opposite is in the sentence.
    """
    asked, said = set(content_stems(question)), set(content_stems(sentence))
    missing = asked - said - set(content_stems(around))
    if any(pair & missing and pair & said - asked for pair in _OPPOSITES):
        return True
    ways = {_folded(way) for way in _WAY.findall(sentence) or _WAY.findall(around)}
    journeys = {_folded(way) for way in _JOURNEY.findall(question)}
    return bool(ways and journeys) and not ways & journeys


def _folded(way: tuple[str, str]) -> tuple[str, str]:
    return way[0].casefold(), way[1].casefold()
