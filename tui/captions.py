"""What stands beside a picture on the contact sheet."""

import re
from collections.abc import Sequence

from textual.content import Content

from rushes.moment import BY_FILTERS, Moment, Timecode
from rushes.text import one_line
from tui import labels
from tui.verbs import Verb

MUTED = "$foreground 60%"
LIT = "bold underline"
"""Words that were looked for: seen without colour, too."""

MARKS = {Verb.SELECT: "✓", Verb.REJECT: "✗", Verb.UP: "+", Verb.DOWN: "−"}
"""What a user made of a moment, in the order in which it is shown."""


def caption(
    moment: Moment, number: int, width: int, lines: int, marks: frozenset[Verb], cursor: bool
) -> Content:
    """Number, name, place, senses and score, and why: in `lines` lines of `width` cells."""
    head = _head(moment, number, marks, cursor, width if lines > 1 else _share(width))
    if lines == 1:
        rest = width - head.cell_length - 1
        line = _joined(_place(moment), _why(moment, max(8, rest - 44)), rest)
        return Content.assemble(head, " ", line)
    place = _place(moment)
    told = [head, _joined(place, _found(moment, width - place.cell_length - 1), width)]
    if lines == 2:
        return Content("\n").join(told)
    for extra in (_why(moment, width * (lines - 2)), Content(labels.facts(moment))):
        told += _wrapped(extra, width, lines - len(told))
    return Content("\n").join(told[:lines])


def found_words(moment: Moment, width: int, height: int) -> Content:
    """The words found, for where a picture would be."""
    text = one_line(moment.text or "")
    if not text:
        return Content.styled(_KINDS.get(moment.kind.value, moment.kind.value), MUTED)
    return lit(excerpt(text, matched(moment), width * max(1, height - 1)), matched(moment))


_KINDS = {"audio": "♪ sound", "video": "film", "image": "picture"}


def matched(moment: Moment) -> tuple[str, ...]:
    """The words that found it."""
    return tuple(
        dict.fromkeys(
            word
            for reason in moment.reasons
            if reason.sense != BY_FILTERS
            for word in reason.matched
        )
    )


def lit(text: str, words: Sequence[str]) -> Content:
    """The text with these words lit, and what begins like them."""
    content = Content(text)
    if (pattern := pattern_of(words)) is None:
        return content
    for match in pattern.finditer(text):
        content = content.stylize(LIT, *match.span())
    return content


def excerpt(text: str, words: Sequence[str], letters: int) -> str:
    """About so many letters of a text, around the first of the words."""
    if len(text) <= letters:
        return text
    pattern = pattern_of(words)
    match = pattern.search(text) if pattern is not None else None
    first = 0 if match is None else max(0, match.start() - letters // 4)
    if first:
        first = text.find(" ", first) + 1 or first
    last = min(len(text), first + letters)
    return ("…" if first else "") + text[first:last].strip() + ("…" if last < len(text) else "")


def pattern_of(words: Sequence[str]) -> re.Pattern[str] | None:
    wanted = [re.escape(part) for word in words for part in one_line(word).split() if part]
    return re.compile(rf"\b(?:{'|'.join(wanted)})\w*", re.IGNORECASE) if wanted else None


def _head(moment: Moment, number: int, marks: frozenset[Verb], cursor: bool, width: int) -> Content:
    marked = "".join(sign for verb, sign in MARKS.items() if verb in marks)
    before = f"{'▶' if cursor else ' '}{number} {marked + ' ' if marked else ''}"
    name = shortened(labels.title(moment), width - len(before))
    style = "dim strike" if Verb.REJECT in marks else "bold"
    head = Content.assemble((before, "bold $accent" if cursor else MUTED), (name, style))
    return head.pad_right(max(0, width - head.cell_length))


def _place(moment: Moment) -> Content:
    """A time code is where; how long it lasts follows."""
    if moment.start_s is None or moment.end_s is None:
        return Content(labels.place(moment) or moment.kind.value)
    if moment.fps is None:
        at = labels.place(moment).split("–")[0]
    else:
        at = str(Timecode.from_seconds(moment.start_s, moment.fps))
    lasts = f"+{moment.end_s - moment.start_s:.1f}s"
    return Content.assemble(at, (f" {lasts}", MUTED))


def _found(moment: Moment, room: int) -> Content:
    """Takes, senses and score: of these as much as there is room for, none of them cut."""
    takes = f"+{len(moment.takes)} takes" if len(moment.takes) > 1 else ""
    takes = "+1 take" if len(moment.takes) == 1 else takes
    senses = [sense for sense in moment.senses if sense != BY_FILTERS]
    score = [f"{moment.score:.3f}"] if moment.score else []
    words = (*senses, *score), senses, senses[:1], ()
    parts = ([(takes, "bold"), (" ".join(each), MUTED)] for each in words)
    fitting = (Content(" ").join(Content.styled(*p) for p in each if p[0]) for each in parts)
    return next((each for each in fitting if each.cell_length <= room), Content())


def _why(moment: Moment, letters: int) -> Content:
    """What was said or stands there, else the labels that it was found by."""
    text = one_line(moment.text or "")
    words = matched(moment)
    if text:
        return lit(excerpt(text, words, letters), words)
    return Content.styled(one_line(", ".join(words)) or labels.facts(moment), MUTED)


def _joined(left: Content, right: Content, width: int) -> Content:
    """Left and right of a line; what does not fit is left out on the right."""
    room = width - left.cell_length - 1
    right = right.truncate(max(0, room), ellipsis=True)
    gap = max(1, width - left.cell_length - right.cell_length)
    return Content.assemble(left, " " * gap, right).truncate(width)


def _wrapped(content: Content, width: int, lines: int) -> list[Content]:
    if lines < 1 or not content.plain:
        return []
    return content.wrap(max(1, width))[:lines]


def _share(width: int) -> int:
    """Of a line of a list, the columns of the name."""
    return max(12, min(32, width // 3))


def shortened(text: str, width: int) -> str:
    """The text with its middle left out if it is longer: names differ at their ends."""
    if len(text) <= width:
        return text
    if width < 5:
        return text[: max(0, width)]
    tail = (width - 1) // 2
    return f"{text[: width - 1 - tail]}…{text[-tail:]}"
