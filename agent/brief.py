"""A brief, as "a short film about a rainy city morning, 30 seconds", to a list of shots."""

import re
from itertools import cycle

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.lines import Line, Script
from agent.llm.protocol import LanguageModel, Message, Role
from agent.prompts import prompt
from indexer.coverage import content_words
from rushes.errors import ModelMissing, RushesError, WrongUsage
from rushes.facts import ShotSize
from rushes.jobs import Job
from rushes.text import one_line

USUAL_S = 30.0
LONGEST_S = 600.0

_LONGEST = 2000  # letters
_SHOT_S = 4.0
_FEWEST, _LEAST_S = 3, 1.5  # shots, and how long one is at least
_MOST_TOKENS = 1500

_WIDE = (ShotSize.EXTREME_WIDE, ShotSize.WIDE)
_MEDIUM = (ShotSize.MEDIUM, ShotSize.MEDIUM_WIDE)
_DETAIL = (ShotSize.CLOSE_UP, ShotSize.EXTREME_CLOSE_UP, ShotSize.MEDIUM_CLOSE_UP)

_NUMBERS = {
    "half a": 0.5, "half": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "eight": 8, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_COUNT = rf"(?P<count>\d+(?:[.,]\d+)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_CLOCK = re.compile(
    r"\b(?P<minutes>\d{1,2}):(?P<seconds>\d{2})(?:\s*(?:min(?:ute)?s?|long))?\b", re.IGNORECASE
)
_LENGTH = re.compile(
    rf"\b{_COUNT}[\s-]*(?P<unit>hours?|h|minutes?|mins?|m|seconds?|secs?|s)\b"
    r"(?P<half>\s+and\s+a\s+half)?(?:[\s-]*long)?",
    re.IGNORECASE,
)
_AROUND_LENGTH = re.compile(r"(?:\b(?:of|in|for|about|around|lasting|within)\s*)?\x00")
_ASKING = re.compile(
    r"^(?:(?:please|can you|could you|i want|i need|i'd like|we need|give me|show me|make|cut|"
    r"create|find|edit|build|put together)\s+(?:me\s+)?)*"
    r"(?:(?:a|an|the|some|my)\s+)?(?:(?:short|quick|little|long|brief|small|nice)\s+)*"
    r"(?:(?:b-?roll|film|video|clip|reel|montage|movie|sequence|trailer|teaser|footage|edit|shots?)"
    r"\s*)+(?:(?:about|of|on|showing|with|for|from)\b\s*)?",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:about|of|on|showing)\s+", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:a|an|the|some|my|our)\s+", re.IGNORECASE)
_MARKS = " ,.;:-–—"
_PART = re.compile(r"[.,;:!?\n]+|\s+(?:and|with|then|plus)\s+", re.IGNORECASE)


def brief(text: str, model: LanguageModel | None = None, job: Job | None = None) -> Script:
    """The shots that a film about something needs, of the length that the brief asks for.

    A model that plans may write the list; without one, or if its list is none, code does: a wide
    shot of all of it, then mediums and details of its parts in turn, and a wide shot to close.

    Raises:
        WrongUsage: it names no subject, or asks for too long a film.
        Cancelled: the user asked to stop.
    """
    text = one_line(text)
    if len(text) > _LONGEST:
        raise WrongUsage(
            f"a brief of {len(text)} letters: use at most {_LONGEST}, or --script FILE"
        )
    seconds, rest = _length(text)
    subject = _subject(rest)
    if not re.search(r"\w", subject):
        raise WrongUsage(
            "the brief names no subject: say what it is about, "
            'as "a rainy city morning, 30 seconds"'
        )
    lines = _planned(subject, seconds, model, job or Job()) if model is not None else ()
    return Script(subject[:80], lines or _by_code(subject, seconds))


def _length(text: str) -> tuple[float, str]:
    """The length that a brief asks for, in seconds, and what is left of it without that."""
    seconds = USUAL_S
    match = _CLOCK.search(text)
    if match is not None:
        seconds = 60.0 * int(match["minutes"]) + int(match["seconds"])
    else:
        match = _LENGTH.search(text)
        if match is not None:
            count = match["count"].casefold().replace(",", ".")
            number = _NUMBERS[count] if count in _NUMBERS else float(count)
            number += 0.5 if match["half"] else 0.0
            seconds = number * {"h": 3600, "m": 60, "s": 1}[match["unit"][0].casefold()]
    if match is not None:
        text = _AROUND_LENGTH.sub(" ", f"{text[: match.start()]}\0{text[match.end() :]}")
    if not _LEAST_S <= seconds <= LONGEST_S:
        raise WrongUsage(f"a film of {seconds:g} seconds: ask for 2 seconds to 10 minutes")
    return seconds, one_line(text)


def _subject(text: str) -> str:
    text = _LEADING.sub("", _ASKING.sub("", text.strip(_MARKS)).strip(_MARKS))
    return _ARTICLE.sub("", text.strip(_MARKS))


def _by_code(subject: str, seconds: float) -> tuple[Line, ...]:
    count = max(_FEWEST, round(seconds / _SHOT_S))
    count = max(1, min(count, int(seconds / _LEAST_S)))
    each_s = round(seconds / count, 2)
    parts, sizes = cycle(_parts(subject)), cycle((_MEDIUM, _DETAIL))
    middle = [Line(next(parts), each_s, next(sizes), instead=subject) for _ in range(count - 2)]
    first, last = Line(subject, each_s, _WIDE), Line(subject, each_s, _WIDE)
    return (first, *middle, last) if count > 1 else (first,)


def _parts(subject: str) -> list[str]:
    """What a subject is made of: what commas and "and" part, else neighbouring words."""
    parts = [_ARTICLE.sub("", part.strip()) for part in _PART.split(subject)]
    parts = list(dict.fromkeys(part for part in parts if re.search(r"\w", part)))
    if len(parts) > 1:
        return parts
    words = content_words(subject)
    pairs = [f"{one} {other}" for one, other in zip(words, words[1:], strict=False)]
    return [subject, *pairs] if len(words) > 2 else [subject]


class _Shot(BaseModel):
    model_config = ConfigDict(extra="ignore")

    shows: str = Field(min_length=3, max_length=200)
    size: ShotSize | None = None
    seconds: float = Field(_SHOT_S, gt=0, le=30)


class _ShotList(BaseModel):
    shots: list[_Shot] = Field(min_length=2, max_length=200)


def _planned(subject: str, seconds: float, model: LanguageModel, job: Job) -> tuple[Line, ...]:
    """The list of a model that plans; empty if it does not, fails, or its list is none."""
    if not model.abilities.plans:
        return ()
    count = max(_FEWEST, round(seconds / _SHOT_S))
    task = prompt("shot_list").replace("{count}", str(count))
    messages = (Message(Role.SYSTEM, task), Message(Role.USER, subject))
    try:
        pieces = model.write(messages, job, max_tokens=_MOST_TOKENS, schema=_schema(count))
        shots = _ShotList.model_validate_json("".join(pieces)).shots
    except (ModelMissing, RushesError, ValidationError):
        job.report("planning", 1, 1, "the model gave no list of shots: one is made without it")
        return ()
    scale = seconds / sum(shot.seconds for shot in shots)
    if min(shot.seconds for shot in shots) * scale < 1.0:
        shots = [shot.model_copy(update={"seconds": 1.0}) for shot in shots[: int(seconds)]]
        scale = seconds / len(shots)
    return tuple(
        Line(one_line(shot.shows), round(shot.seconds * scale, 2), _near(shot.size), subject)
        for shot in shots
    )


def _near(size: ShotSize | None) -> tuple[ShotSize, ...]:
    return next((group for group in (_WIDE, _MEDIUM, _DETAIL) if size in group), ())


def _schema(count: int) -> dict[str, object]:
    shot = {
        "type": "object",
        "properties": {
            "shows": {"type": "string"},
            "size": {"enum": [size.value for size in ShotSize]},
            "seconds": {"type": "number"},
        },
        "required": ["shows", "size", "seconds"],
        "additionalProperties": False,
    }
    shots = {"type": "array", "items": shot, "minItems": 2, "maxItems": 2 * count}
    return {
        "type": "object",
        "properties": {"shots": shots},
        "required": ["shots"],
        "additionalProperties": False,
    }
