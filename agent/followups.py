"""What a user wants of what is on the table: "the second one, but longer", "only the dark ones"."""

import re
from dataclasses import dataclass

from agent.phrases import as_narrowing
from rushes.facts import ShotSize


@dataclass(frozen=True)
class Choose:
    """The moments of these numbers, from 1; -1 is the last."""

    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Trim:
    """A moment's in and out points moved: by so many seconds each, outwards; or by a part of it."""

    number: int
    before_s: float = 0.0
    after_s: float = 0.0
    part: float = 0.0


@dataclass(frozen=True)
class Narrow:
    """The same search with words or filters more."""

    query: str


@dataclass(frozen=True)
class Unlike:
    """Something that is otherwise than a moment: "wider", "darker", "longer"."""

    number: int
    how: str


@dataclass(frozen=True)
class Similar:
    """More that looks like a moment."""

    number: int
    words: str = ""


@dataclass(frozen=True)
class More:
    """More of the same search."""


@dataclass(frozen=True)
class Upscale:
    """A moment made larger: 4K."""

    number: int


@dataclass(frozen=True)
class Generate:
    """A shot that does not exist, made from a moment. `seconds` None: as long as usual."""

    number: int
    prompt: str
    seconds: float | None = None


Followup = Choose | Trim | Narrow | Unlike | Similar | More | Upscale | Generate

ORDINALS = tuple("first second third fourth fifth sixth seventh eighth ninth tenth".split())
HOWS = ("wider", "closer", "brighter", "darker", "warmer", "colder", "longer", "shorter", "calmer",
        "steadier", "sharper", "livelier", "moving", "static")  # fmt: skip
_SAME = {"tighter": "closer", "nearer": "closer", "cooler": "colder", "lighter": "brighter",
         "quieter": "calmer", "slower": "calmer", "faster": "livelier"}  # fmt: skip

_POLITE = (
    r"^(?:(?:can|could) (?:you|i|we)(?: have| get)? |please |now |and |then |ok(?:ay)?,? |but )*"
)
_WHICH = (
    r"(?:the |that |this )?(?:(?:number |no\.? ?|#)(?P<number>\d{1,3})"
    r"|(?P<nth>\d{1,3})(?:st|nd|rd|th)"
    rf"|(?P<ordinal>{'|'.join(ORDINALS)}|last)|(?P<it>it|that|this))"
    r"(?: (?:one|clip|shot|moment|result))?"
)
_TAKE = r"(?:(?:take|use|keep|only|just|choose|pick|show me|i(?:'ll| will) take) )*"
_FIND = r"(?:(?:find|show|give)(?: me)? |i(?:'d| would) like |i (?:want|need) )?"
_ONES = r"(?:ones?|shots?|clips?|instead)"
_SECONDS = r"(?:\d+(?:\.\d+)?) ?s(?:ec(?:ond)?s?)?"


def _saying(*parts: str) -> re.Pattern[str]:
    return re.compile(_POLITE + "".join(parts) + r"\W*$", re.I)


_TRIM = _saying(
    rf"(?:{_WHICH},? ?)?(?:(?:but|make it|a bit|a little|slightly|only|just|should be) ?)*",
    rf"(?P<way>longer|shorter)(?:,? (?:by )?(?P<by>{_SECONDS}))?",
)
_SHIFT = _saying(
    rf"(?:(?:let|make) )?(?:{_WHICH},? ?)?(?:(?:but|make it|to) ?)*",
    r"(?P<end>start|begin|end|stop)(?:s|ing|ning|ping)? ",
    rf"(?:(?P<by>{_SECONDS}) )?(?P<way>earlier|later)",
)
_CHOOSE = _saying(_TAKE, _WHICH)
_FIRST_FEW = _saying(_TAKE, rf"the first (?P<count>\d{{1,3}}|two|three|four|five|six)(?: {_ONES})?")
_NUMBERS = _saying(_TAKE, r"(?:numbers? )?(?P<list>\d{1,3}(?:(?: ?, ?| and | ?& ?)+\d{1,3})+)")
_ONLY = _saying(r"(?:only|just)(?: show(?: me)?)? (?P<what>.+?)")
_WITHOUT = _saying(r"(?P<what>(?:without|with no|no) .+?)")
_UNLIKE = _saying(
    _FIND,
    r"(?:something|anything|ones?|some|any|a)?",
    rf"(?: (?:that(?:'s| is)|which is|{_ONES}))*(?: (?:a bit|much|a little|slightly|more))* ?",
    rf"(?P<how>{'|'.join((*HOWS, *_SAME))})(?: {_ONES})*",
)
_LIKE = _saying(
    _FIND,
    rf"(?:more|something|others?|anything)(?: {_ONES})? (?:like|similar to) ",
    rf"{_WHICH}(?:,? (?:but )?(?P<words>.+?))?",
)
_MORE = _saying(
    r"(?:show (?:me )?)?(?:some )?more(?: of (?:them|those|the same)| results?| clips?)?"
)
_UPSCALE = _saying(
    rf"(?:make|upscale|render|scale|turn|get) (?:{_WHICH} ?)?",
    r"(?:up )?(?:(?:in|to|into|at) )?(?:4k|uhd|2160p)",
)
_GENERATE = _saying(
    r"(?:generate|animate|draw|make (?:a|another)(?: new)? (?:shot|clip|video|scene))\b",
    rf"(?P<wish>.*?)(?: (?:starting )?from {_WHICH})?(?P<rest>(?:,? (?:for )?{_SECONDS})?)",
)
_SUBJECT = re.compile(
    r"^(?: me)?(?: (?:a|another|the|new|shot|clip|video|scene|in which|where|of|with))*\b"
)
_USUAL_S = 1.0  # "a bit earlier"
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}

LARGER = tuple(ShotSize)
"""Shot sizes, from the closest to the widest."""


def follow_up(text: str, chosen: int) -> Followup | None:
    """What the words ask of the table, on which moment number `chosen` was looked at last.

    None: they are about something else.
    """
    text = re.sub(r",? ?\bplease\W*$", "", " ".join(text.split()), flags=re.I)
    if match := _UPSCALE.match(text):
        return Upscale(_number(match, chosen))
    if match := _GENERATE.match(text):
        prompt = _SUBJECT.sub("", match["wish"].rstrip(" ,")).strip(" ,")
        prompt = "" if prompt in ("it", "this", "that") else prompt
        seconds = _amount(match["rest"].strip(" ,").removeprefix("for ")) if match["rest"] else None
        return Generate(_number(match, chosen), prompt, seconds)
    if match := _TRIM.match(text):
        by = match["by"]
        sign = 1.0 if match["way"].casefold() == "longer" else -1.0
        if _points(match) or by or re.search(r"\bmake\b", text, re.I):
            return _trimmed(_number(match, chosen), sign, _amount(by) if by else None)
    if match := _SHIFT.match(text):
        seconds = _amount(match["by"]) if match["by"] else _USUAL_S
        outwards = (match["end"].casefold() in ("start", "begin")) == (
            match["way"].casefold() == "earlier"
        )
        seconds = seconds if outwards else -seconds
        starts = match["end"].casefold() in ("start", "begin")
        number = _number(match, chosen)
        return Trim(number, before_s=seconds) if starts else Trim(number, after_s=seconds)
    if match := _LIKE.match(text):
        return Similar(_number(match, chosen), match["words"] or "")
    if match := _FIRST_FEW.match(text):
        count = _COUNTS.get(match["count"].casefold()) or int(match["count"])
        return Choose(tuple(range(1, count + 1)))
    if match := _NUMBERS.match(text):
        return Choose(tuple(int(each) for each in re.findall(r"\d+", match["list"])))
    if match := _CHOOSE.match(text):
        return Choose((_number(match, chosen),))
    if match := _UNLIKE.match(text):
        how = match["how"].casefold()
        return Unlike(chosen, _SAME.get(how, how))
    if _MORE.match(text):
        return More()
    if match := _ONLY.match(text) or _WITHOUT.match(text):
        return Narrow(as_narrowing(match["what"]))
    return None


def _trimmed(number: int, sign: float, by_s: float | None) -> Trim:
    if by_s is None:
        return Trim(number, part=0.5 * sign)
    return Trim(number, before_s=sign * by_s / 2, after_s=sign * by_s / 2)


def _amount(text: str) -> float:
    return float(re.split(r"[^\d.]", text, maxsplit=1)[0])


def _points(match: re.Match[str]) -> bool:
    return any(match[name] for name in ("number", "nth", "ordinal", "it"))


def _number(match: re.Match[str], chosen: int) -> int:
    digits = match["number"] or match["nth"]
    if digits:
        return int(digits)
    if ordinal := match["ordinal"]:
        return -1 if ordinal.casefold() == "last" else ORDINALS.index(ordinal.casefold()) + 1
    return chosen
