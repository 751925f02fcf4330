"""A question that leans on the one before: "and for Q4?"."""

import re

_LEANS = re.compile(r"^(?:and|what about|how about|and what about)\b[ ,]*(?P<rest>.+?)\W*$", re.I)
_LONGEST = 6  # words: what is longer stands by itself

# What can take each other's place in a question.
_ALIKE = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"\bQ[1-4]\b", re.I),
        (r"\b(?:19|20)\d\d\b", 0),
        (
            r"\b(?:January|February|March|April|May|June|July|August|September|October|November"
            r"|December)\b",
            0,
        ),
        (r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", re.I),
        (r"\b(?:first|second|third|fourth|fifth|sixth|last)\b", re.I),
        (r"(?<!^)(?<![.?!] )\b[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)*\b", 0),
        (r"\b\d+(?:[.,]\d+)*\b", 0),
    )
)  # fmt: skip


def resolved(question: str, before: str) -> str:
    """The question as it would stand alone, given the one before it."""
    match = _LEANS.match(" ".join(question.split()))
    if not before or match is None or len(match["rest"].split()) > _LONGEST:
        return question
    rest = match["rest"]
    for alike in _ALIKE:
        # The first word's capital says nothing, so a word stands before it.
        here, there = alike.search(f"x {rest}"), alike.search(before)
        if here and there:
            return f"{before[: there.start()]}{here.group()}{before[there.end() :]}"
    return f"{before.rstrip('?!. ')} {rest}?"
