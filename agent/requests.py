"""What a user wants of a turn, as far as code can tell it from their words.

A small model cannot be trusted to plan, so what can be told from the words is told here. Where
two readings remain, what the library holds decides: a question that it answers is answered.
"""

import re
from dataclasses import dataclass

from agent.phrases import as_query


@dataclass(frozen=True)
class Answer:
    """A question whose answer stands in, or is said in, the library's files."""

    question: str


@dataclass(frozen=True)
class Find:
    """Moments that show, say or hold something. `query` is in the query language."""

    query: str


@dataclass(frozen=True)
class MakeReel:
    """Clips for a film that is described, or for the lines of a script."""

    brief: str


@dataclass(frozen=True)
class Export:
    """What is on the table, as a timeline: in the file `out`, or in one of that ending."""

    out: str | None
    ending: str = ""


@dataclass(frozen=True)
class Index:
    """Put a folder into the library."""

    folder: str


@dataclass(frozen=True)
class Tell:
    """What the library holds."""


@dataclass(frozen=True)
class Chat:
    """Nothing to be done: a greeting, thanks, a question about Rushes itself."""


Want = Answer | Find | MakeReel | Export | Index | Tell | Chat

LONGEST = 10_000
"""Characters of what a user says in a turn."""

_FORMATS = "otio|fcpxml|edl|csv|srt|vtt"
_POLITE = r"(?:(?:can|could|would) you |please |now |and |then )*"
_ROOT = r"(?:/|~|[A-Za-z]:[\\/])"
_INDEX = re.compile(
    rf"^{_POLITE}(?:index|scan|import|add)(?: the| my)?(?: folder| directory)? "
    rf"""(?:"(?P<quoted>{_ROOT}[^"]*)"|'(?P<single>{_ROOT}[^']*)'|(?P<bare>{_ROOT}.*?))"""
    r"(?: (?:to|into) (?:the|my) library)?[.!]?$",
    re.I,
)
_EXPORT = re.compile(
    rf"^{_POLITE}(?:export|save|write|hand)\b(?:.*?\b(?:to|as|into)\b)? ?.*?"
    rf"""(?:["'](?P<quoted>[^"']+\.(?:{_FORMATS}))["']|(?P<bare>[^\s"']+\.(?:{_FORMATS}))\b"""
    rf"|\b(?P<format>{_FORMATS})\b)",
    re.I,
)
_REEL = re.compile(
    r"\b(?:b-?roll|reel|rough cut|montage|short film|teaser|trailer|sequence|selects|storyline)\b",
    re.I,
)
_MAKE = re.compile(
    rf"^{_POLITE}(?:make|build|cut|create|propose|put together|edit|plan|assemble|find|get|give)\b",
    re.I,
)
_TELL = re.compile(
    r"^(?:how (?:many|much)(?: \w+)? (?:files?|clips?|videos?|films?|photos?|pictures?|images?"
    r"|documents?|pdfs?|slides|recordings?|footage|hours)(?: of footage)?"
    r"(?: (?:do i have|are there|is there|have i got|are in (?:the|my) library))?"
    r"|what(?:'s| is| do i have)(?: there)? in (?:the|my|this) library|(?:library )?status)\W*$",
    re.I,
)
_CHAT = re.compile(
    r"^(?:hi|hello|hey|thanks?|thank you|good (?:morning|evening|afternoon)|bye|ok(?:ay)?|great"
    r"|who are you|what are you|what can you do|help)"
    r"(?: (?:there|you|very much|rushes|a lot))?\W*$",
    re.I,
)
_ASKS = re.compile(
    rf"^{_POLITE}(?:tell me |say |explain |do you know |remind me )?"
    r"(?:(?:on|in|at|to|from|for|by|until|till|since|with|under|about|of) )?"
    r"(?:what|who|whom|whose|when|where|why|which|how|is|are|am|was|were|does|did|do|has|have|had"
    r"|can|could|may|might|must|should|shall|will|would)(?:'s|'re)?\b",
    re.I,
)
_ATTRIBUTE = re.compile(
    r"^(?:the |my |our )?(?:[\w'-]+ ){0,3}(?:numbers?|phone|extension|e-?mail|address|password|code"
    r"|price|costs?|fee|rent|budget|deadline|date|time|year|names?|amount|length|height|width"
    r"|weight|age|duration|hours|temperature|percentage|rate|reason|owner|author|director)"
    r"(?: (?:of|for|to|in|at|on|when|until) |$)",
    re.I,
)
_SHOWS = re.compile(
    rf"^{_POLITE}(?:find|show|look for|search|get me"
    r"|give me (?:some |a |the )?(?:clips?|shots?|footage|pictures?|photos?)"
    r"|i(?:'m| am) looking for|i (?:need|want)|do (?:i|we) have|have (?:i|we) got|any )",
    re.I,
)
_FOOTAGE = re.compile(
    r"\b(?:clips?|footage|shots?|scenes?|photos?|photographs?|pictures?|images?|stills?|videos?"
    r"|close[- ]?ups?|b-?roll|moments?)\b",
    re.I,
)
_FILTER = re.compile(r'(?<!\S)-?[a-z]{2,9}:["\w<>=~]')


def understand(text: str) -> tuple[Want, ...]:
    """What the words can mean, the likeliest first. There is always at least one."""
    text = " ".join(text.split())
    if match := _INDEX.match(text):
        return (Index(_named(match)),)
    if match := _EXPORT.match(text):
        named, ending = _named(match), match["format"]
        return (Export(named) if named else Export(None, f".{ending.casefold()}"),)
    if _CHAT.match(text):
        return (Chat(),)
    if _TELL.match(text):
        return (Tell(),)
    if _REEL.search(text) and (_MAKE.match(text) or re.search(r"\bseconds?\b|\bminutes?\b", text)):
        return (MakeReel(text),)
    find, answer = Find(as_query(text)), Answer(text)
    if _FILTER.search(text):
        return (Find(text),)
    if _SHOWS.match(text):
        asks = _ATTRIBUTE.match(find.query) or _ASKS.match(find.query)
        return (answer, find) if asks and not _FOOTAGE.search(text) else (find,)
    if _ASKS.match(text):
        return (find,) if _asks_for_footage(text) else (answer,)
    return (answer,) if text.endswith("?") or _ATTRIBUTE.match(text) else (find,)


def _asks_for_footage(text: str) -> bool:
    """Whether a question asks for pictures: "which clip shows the tram?"."""
    which = r"^(?:which|what|where)(?: is| are|'s)?(?: the| my| that)? "
    return re.match(which + _FOOTAGE.pattern, text, re.I) is not None


def _named(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups.get("quoted") or groups.get("single") or groups.get("bare") or ""
