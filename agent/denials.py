"""What a text denies, and whether two deny the same."""

import re

from agent.terms.words import content_stems

_NOT = re.compile(
    r"\b(?:no|not|never|none|nobody|no one|nothing|neither|nor|without|cannot|\w+n['’]t)\b",
    re.IGNORECASE,
)
# They deny what they are said of: "drones are excluded".
_LEAVE_OUT = re.compile(
    r"\b(?:excluded?|excluding|except|forbidden|prohibited|refused?|unable|impossible)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[,;:.!?]\s|\b(?:and|but|because|since|until|while|when|if|which|who|otherwise|so)\b",
    re.IGNORECASE,
)
_OPPOSITES = (
    ("before", "after"), ("above", "below"), ("more", "less"), ("more", "fewer"),
    ("first", "last"), ("open", "close"), ("opens", "closes"), ("indoors", "outdoors"),
    ("inside", "outside"), ("left", "right"), ("rises", "falls"), ("up", "down"),
    ("maximum", "minimum"), ("most", "least"), ("always", "never"), ("everybody", "nobody"),
    ("everyone", "nobody"), ("cheaper", "dearer"), ("better", "worse"),
)  # fmt: skip


def denials_agree(claim: str, source: str) -> bool:
    """Whether a claim denies what its source denies, and says no opposite of it.

    What is denied is told by clauses: one that denies speaks of the other text if they share at
    least half of its words.
    """
    denied = [_stems(clause) for clause in _clauses(claim) if _denies(clause)]
    given = [_stems(clause) for clause in _clauses(source) if _denies(clause)]
    said = _stems(claim)
    for clause in given:
        if len(clause & said) * 2 >= len(clause) and clause & said and not denied:
            return False
    plain = [_stems(clause) for clause in _clauses(source) if not _denies(clause)]
    for clause in denied:
        best = max((len(clause & each) for each in given), default=0)
        if best == 0 or best < max((len(clause & each) for each in plain), default=0):
            return False
    return not _opposes(claim, source)


def _denies(clause: str) -> bool:
    """An even number of denials is none."""
    return (len(_NOT.findall(clause)) + len(_LEAVE_OUT.findall(clause))) % 2 == 1


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE_END.split(text) if clause.strip()]


def _stems(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))


def _opposes(claim: str, source: str) -> bool:
    said, given = (set(re.findall(r"\w+", text.casefold())) for text in (claim, source))
    return any(
        a in said and b in given and a not in given and b not in said
        for pair in _OPPOSITES
        for a, b in (pair, pair[::-1])
    )
