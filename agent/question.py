"""What a question asks for, told from its words: which kind of thing would answer it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.terms import Kind, Term, agrees, content_stems, terms_of
from agent.terms.numbers import units
from agent.terms.words import is_content, stem
from rushes.text import one_line


class Asks(StrEnum):
    """The kind of thing that answers a question."""

    NUMBER = "number"
    WHEN = "when"
    TIME = "time"
    DATE = "date"
    CODE = "code"
    NAME = "name"
    PLACE = "place"
    REASON = "reason"
    COLOUR = "colour"
    ANYTHING = "anything"


@dataclass(frozen=True)
class Question:
    """A question taken apart.

    `stems` are those of its words that say what it is about; `terms` what its answer's source
    must name too. `unit` is the dimension a number must have ("money" for any currency), if
    known; "year", which no day of the week answers; "address", which has a number; "mail", which
    has an @; or "own" for a name in capitals. `noun` is the stem of what is counted ("how many
    people") or numbered ("which platform").
    """

    text: str
    stems: tuple[str, ...]
    terms: tuple[Term, ...]
    asks: Asks
    unit: str | None = None
    noun: str | None = None


_MAX_CHARS = 1000
_NEAR = 3
"""Words that may stand between a number and what it counts, and that itself."""
_LEAST_DIGITS = 3
"""A number with fewer is seldom a code: of a house, of pieces."""
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{2,80})[\"”“»]")
_COUNTED = re.compile(r"\bhow many\s+(?:more\s+)?([\w-]+)", re.IGNORECASE)
_AGE = re.compile(r"\b(?:aged?|old|born|birthday|built|made|since|founded)\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\b(?:what|which) (room|floor|studio|case|box|shelf|platform|gate|track|building|street)\b"
)
_NOUNS = r"(?:\s+[\w-]+){0,2}?"

# The first that fits tells. Each is tried on the question in small letters.
_PATTERNS: tuple[tuple[str, Asks, str | None], ...] = (
    (r"^(?:and |so )?where\b", Asks.PLACE, None),
    (r"^(?:and |so |but )?why\b", Asks.REASON, None),
    (r"\bby how much\b", Asks.NUMBER, None),
    (r"\bhow (?:long|quickly|soon)\b|\bduration\b|\bfor how long\b", Asks.NUMBER, "time"),
    (r"\bhow (?:tall|high|deep|wide|far|big is the|short)\b|\b(?:height|width|depth|distance)\b",
     Asks.NUMBER, "length"),
    (r"\bhow heavy\b|\bhow much (?:does|did|do|will|would|can|could|may)\b.*\b(?:weigh|carry)\b"
     r"|\bwhat weight\b|\bweight of\b", Asks.NUMBER, "mass"),
    (r"\bhow old\b", Asks.NUMBER, "age"),
    (r"\bhow often\b", Asks.NUMBER, None),
    (r"\bhow (?:hot|cold|warm)\b|\btemperature\b", Asks.NUMBER, None),
    (r"\bhow fast\b", Asks.NUMBER, None),
    (r"\bhow loud\b", Asks.NUMBER, None),
    (r"\b(?:what|which) (?:percentage|percent|share|fraction)\b|\bhow many percent\b",
     Asks.NUMBER, "percent"),
    (r"\b(?:how much|what)\b.*\bin percent\b", Asks.NUMBER, "percent"),
    (r"\bhow much (?:does|do|did|is|are|was|were|will|would|money|has|have|had|can|should|must|"
     r"may|more does|we)\b.*\b(?:cost|pay|paid|charge|spend|spent|earn|price|budget|fee|rent|want|"
     r"raise|ask|owe|get)\b", Asks.NUMBER, "money"),
    (r"\bhow much\b|\bhow many\b", Asks.NUMBER, None),
    (r"\bwhat (?:does|do|did|will|would|is|was)\b.*\b(?:cost|charge|paid|pay)\b"
     r"|^(?:the )?(?:cost|price|rent|fee|budget)s? (?:of|for|to)\b"
     r"|\bwhat(?:'s| is| was| are| were) (?:the|our|my|your|their|its)\b"
     r"(?! (?:name|reason))[\w' -]*?\b(?:price|cost|budget|fee|rent|salary|deposit|fare)s?\b",
     Asks.NUMBER, "money"),
    (r"\b(?:what|which) colou?rs?\b", Asks.COLOUR, None),
    (r"\b(?:what|which) time\b|\bwhat hour\b|\b(?:opening|closing|business) (?:hours|times?)\b"
     r"|\b(?:departure|arrival|call|start|end) times?\b|\bat what hour\b", Asks.TIME, None),
    (r"\b(?:what|which) year\b|\bwhen (?:was|were|did)\b.*\b(?:built|founded|born|established|"
     r"invented|created|introduced|married|died?)\b", Asks.DATE, "year"),
    (r"\b(?:what|which) (?:day|date|month|year|weekday)s?\b|\bdeadline\b|\bdue date\b|\bdate of\b"
     r"|\bbirthday\b", Asks.DATE, None),
    (r"\bwhen\b(?!.*\b(?:who|what|where|why|how)\b)|\b(?:until|till|since|by) when\b",
     Asks.WHEN, None),
    (r"\be-?mail\b", Asks.CODE, "mail"),
    (rf"\b(?:phone|telephone|serial|policy|invoice|order|licen[cs]e|account|model|part|customer|"
     rf"booking|confirmation|fax|mobile|reference|registration|tracking|flight|contract|tax){_NOUNS}"
     r" (?:number|no\.?|code)s?\b|\bextension\b|\bpassword\b|\bpin\b|\bpass ?code\b"
     r"|\b(?:what|which)(?:'s| is| was)?(?: the)?(?: [\w-]+)? code\b|\b(?:web ?site|url)\b"
     r"|\bwhite balance\b|\biso\b|\bshutter speed\b", Asks.CODE, None),
    (r"\baddress\b", Asks.PLACE, "address"),
    (r"\bwhy\b|\b(?:what|which)(?:'s| is| was)?(?: the)? reasons?\b|\bhow come\b", Asks.REASON,
     None),
    (r"\b(?:what|which) (?:bank|airline|company|firm|hotel|hospital|school|university|agency|brand|"
     r"maker|shop|restaurant|band|team|club|newspaper)\b", Asks.NAME, "own"),
    (r"\bwho(?:m|se)?\b|\bwho(?:'s|’s)\b|\b(?:what|which) (?:person|people|man|woman)\b"
     r"|\bname of\b|\bwhat(?:'s| is| was)(?: the)? [\w' -]*?\bnames?\b|\bwhat is .* called\b",
     Asks.NAME, None),
    (r"\bwhere\b|\b(?:what|which) (?:room|place|city|town|country|street|building|address|floor|"
     r"studio|case|box|shelf|platform)\b|\baddress of\b|\blocation of\b", Asks.PLACE, None),
    (r"\bwhen\b", Asks.WHEN, None),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), asks, unit) for pattern, asks, unit in _PATTERNS)

# Words that only say which kind of answer is wanted, as "time" in "what time".
_ASKING = re.compile(
    r"\b(?:what|which) (?:time|day|date|year|month|number|hour)s?\b"
    r"|\bhow (?:many|much|long|often|old|far|quickly|soon|come)\b|\bname of\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\b[^\W\d_a-z][\w'’-]+ \d|\b\d+[a-z]?,? [^\W\d_a-z][\w'’-]+")

_RELATIVE = re.compile(
    r"\b(?:today|tomorrow|tonight|yesterday|morning|noon|afternoon|evening|night|dawn|dusk|sunrise|"
    r"sunset|weekend|spring|summer|autumn|winter|christmas|easter|(?:next|last|this) (?:week|month|"
    r"year)|(?:before|after|until|as soon as|once|every|daily|weekly|monthly)\b)",
    re.IGNORECASE,
)
_COLOURS = re.compile(
    r"\b(?:black|white|gr[ae]y|silver|red|crimson|pink|orange|brown|beige|yellow|gold(?:en)?|green|"
    r"olive|blue|navy|turquoise|cyan|purple|violet|magenta|cream|colou?rless|transparent)\b",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"\b(?:in|at|on|near|behind|under|beside|inside|outside|above|below|opposite|between|from|to|"
    r"into|by|next to|along|around|across) [\w'’-]+"
    r"|\b(?:street|road|avenue|square|rua|room|floor|place|address|location)\b",
    re.IGNORECASE,
)
_REASONS = re.compile(
    r"\b(?:because|since|so that|due to|thanks to|owing to|therefore|otherwise|reasons?|in order|"
    r"for fear|to (?:avoid|keep|save|prevent|make|get|let)|causes?d?|which is why|or else)\b"
    r"|, (?:so|as|for)\b|^so\b",
    re.IGNORECASE,
)
# Before a figure they say which one, not how many: day 4, case 1.
_LABELS = frozenset(
    "day page number no nr room case chapter phase part track gate platform scene take location "
    "slide step week version section figure bus line stage hall studio lot camera reel roll "
    "class grade level unit item appendix article paragraph".split()
)


def take_apart(text: str) -> Question:
    """The parts of a question in plain words; of a very long one only its beginning counts."""
    text = one_line(text)[:_MAX_CHARS]
    small = text.casefold().replace("’", "'")
    asks, unit = Asks.ANYTHING, None
    for pattern, kind, dimension in _COMPILED:
        if pattern.search(small):
            asks, unit = kind, dimension
            break
    counted = _COUNTED.search(small) if asks is Asks.NUMBER else None
    if counted and counted[1] in units():
        unit = units()[counted[1]][0]
    numbered = _NUMBERED.search(small) if asks is Asks.PLACE else None
    noun = counted or numbered
    stems = dict.fromkeys(content_stems(_ASKING.sub(" ", text)))
    return Question(text, tuple(stems), tuple(_terms(text)), asks, unit, noun and stem(noun[1]))


def _terms(text: str) -> list[Term]:
    quoted = [
        Term(Kind.NAME, match[1], match.start(1), match.end(1), frozenset({match[1].casefold()}))
        for match in _QUOTED.finditer(text)
    ]
    return quoted + [
        term
        for term in terms_of(text)
        if not any(each.start <= term.start < each.end for each in quoted)
        and not (term.kind is Kind.NUMBER and not any(map(str.isdigit, term.text)))
        # AD, TV: a source may well write it out
        and not (term.kind is Kind.NAME and term.text.isupper() and 1 < len(term.text) < 4)
    ]


def may_answer(question: Question, sentence: str, terms: Sequence[Term]) -> float | None:
    """Whether a sentence holds what the question asks for and does not say itself.

    1 if it does, 0.5 if it may, 0 if not; None where anything may answer. `terms` are the
    sentence's.
    """
    new = [term for term in terms if not any(agrees(each, term) for each in question.terms)]
    match question.asks:
        case Asks.NUMBER:
            counts = [term for term in new if not _is_label(sentence, term)]
            return max((_number(question, term, sentence) for term in counts), default=0.0)
        case Asks.TIME | Asks.DATE | Asks.WHEN:
            return _when(question, sentence, new)
        case Asks.CODE:
            if question.unit == "mail":
                return float("@" in sentence)
            return max(map(_code, new), default=0.0)
        case Asks.NAME:
            asked = set(question.stems)
            # A line in capitals may be a heading just as well.
            named = any(
                term.kind is Kind.NAME
                and not asked >= set(content_stems(term.text))
                and not (term.text.isupper() and " " in term.text)
                for term in new
            )
            if named or len(sentence.split()) < 3:
                return float(named)
            return 0.25 if question.unit == "own" else 0.5
        case Asks.COLOUR:
            return float(bool(_COLOURS.search(sentence)))
        case Asks.PLACE:
            if question.unit == "address":
                return 1.0 if _ADDRESS.search(sentence) else 0.0
            named = any(term.kind in (Kind.NAME, Kind.NUMBER) for term in new)
            if question.noun is not None:
                return 1.0 if question.noun in content_stems(sentence) else 0.25
            return 1.0 if _PLACES.search(sentence) else 0.5 if named else 0.0
        case Asks.REASON:
            return 1.0 if _REASONS.search(sentence) else 0.25
    return None


def _is_label(sentence: str, term: Term) -> bool:
    before = sentence[: term.start].split()[-1:]
    return bool(before) and before[0].casefold().strip("(#") in _LABELS and term.unit is None


def _number(question: Question, term: Term, sentence: str) -> float:
    if term.kind is not Kind.NUMBER or term.unit == "ordinal":
        return 0.0
    if question.unit == "money":
        return 1.0 if (term.unit or "").startswith("money") else 0.5 if term.unit is None else 0.0
    if question.unit == "age":
        return 1.0 if _AGE.search(sentence) else 0.0
    if question.unit is not None:
        return 1.0 if term.unit == question.unit else 0.5 if term.unit is None else 0.0
    if question.noun is None:
        return 1.0
    return _count(question.noun, term, sentence)


def _count(noun: str, term: Term, sentence: str) -> float:
    """Whether a number counts a noun: "218 steps", "seats: 40". Kilograms are no people."""
    after = content_stems(sentence[term.end :])[:_NEAR]
    before = content_stems(sentence[: term.start])[-1:]
    if noun in after or noun in before:
        return 1.0
    next_word = re.match(r"\s+([a-z]+)", sentence[term.end :])
    return 0.5 if term.unit is None and next_word and is_content(next_word[1]) else 0.0


def _code(term: Term) -> float:
    if term.kind is Kind.CODE:
        return 1.0
    digits = sum(map(str.isdigit, term.text)) if term.kind is Kind.NUMBER else 0
    return 0.7 if digits >= _LEAST_DIGITS else 0.3 if digits else 0.0


def _when(question: Question, sentence: str, terms: Sequence[Term]) -> float:
    kinds = {term.kind for term in terms}
    if question.unit == "year":
        return 1.0 if Kind.DATE in kinds else 0.0
    if Kind.TIME in kinds and question.asks is not Asks.DATE:
        return 1.0
    if kinds & {Kind.DATE, Kind.WEEKDAY} and question.asks is not Asks.TIME:
        return 1.0
    return 0.5 if _RELATIVE.search(sentence) else 0.0
