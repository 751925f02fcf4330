"""Words by their stems."""

import re
from functools import lru_cache

# Words that hold a sentence together and say little by themselves.
_STOP_WORDS = frozenset(
    """
    a about all also am an and any are as at be because been being but by can could did do does
    doing done for from get gets got had has have having he her hers him his how i if in into is
    it its just let like me my of off on onto or our ours out over per please say says she should
    so some such than that the their theirs them then there these they this those to too up us
    very was we were what when where which while who whom whose why will with would you your
    yours shall may might must much many long tell know give there's what's who's it's i'm we're
    they're don't doesn't isn't aren't s t re ll ve m d us and/or
    """.split()
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LEAST = 3  # letters of a stem
_IRREGULAR = {
    form: base
    for base, forms in (
        each.split(":")
        for each in """
        go:went,gone pay:paid buy:bought leave:left make:made take:took,taken bring:brought
        begin:began,begun come:came keep:kept meet:met send:sent spend:spent sell:sold tell:told
        write:wrote,written hold:held find:found lose:lost build:built sit:sat run:ran see:saw,seen
        speak:spoke,spoken grow:grew,grown break:broke,broken choose:chose,chosen cost:costs
        child:children man:men woman:women person:people foot:feet lend:lent shoot:shot
        teach:taught think:thought catch:caught wear:wore,worn drive:drove,driven eat:ate,eaten
        rise:rose,risen sleep:slept stand:stood win:won feel:felt hear:heard fall:fell,fallen
        give:gave,given know:knew,known draw:drew,drawn fly:flew,flown
        """.split()
    )
    for form in forms.split(",")
}


@lru_cache(50_000)
def stem(word: str) -> str:
    """A word without its ending, so that rain, rains, rained and raining are one.

    Fewer endings than Porter's ("An algorithm for suffix stripping", 1980): to take two words
    for one costs more here than to miss that they are kin.
    """
    word = word.casefold().replace("’", "'")
    if word.endswith("'s"):
        word = word[:-2]
    word = _IRREGULAR.get(word, word)
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("es") and word[:-2].endswith(("s", "x", "z", "ch", "sh")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ation", "ingly", "edly", "ment", "ing", "ed", "ly", "er", "or", "al", "ion"):
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            bare = word[: -len(ending)]
            if len(bare) > _LEAST and bare[-1] == bare[-2] and bare[-1] not in "sl":
                bare = bare[:-1]
            word = bare
            break
    if len(word) > _LEAST and word.endswith("e"):
        word = word[:-1]
    if len(word) > _LEAST and word.endswith("y"):
        word = word[:-1] + "i"
    return word


def word_spans(text: str) -> list[tuple[int, int, str]]:
    """Where each word starts and ends, and the word."""
    return [(match.start(), match.end(), match[0]) for match in _WORD.finditer(text)]


def is_content(word: str) -> bool:
    """Whether a word says something by itself."""
    return word.casefold().replace("’", "'") not in _STOP_WORDS and stem(word) not in _STOP_WORDS


def content_stems(text: str) -> list[str]:
    """The stems of the words that say something, in their order."""
    return [stem(word) for _, _, word in word_spans(text) if is_content(word)]
