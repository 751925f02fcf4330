"""How much of a question a text answers to, word for word."""

import re

# Words that a question is put with, not words that are looked for.
_STOP_WORDS = """
    a about all an and any are as at be been but by can could did do does for from had has have
    he her him his how i if in into is it its me my of on or our out say says she show so than
    that the their them then there these they this those to up was we were what when where which
    who whom whose why will with would you your
""".split()


def content_words(question: str) -> list[str]:
    """The words that are looked for, in lower case. All of them, if only stop words are there."""
    words = re.findall(r"\w+", question.casefold())
    return [word for word in words if word not in _STOP_WORDS] or words


def coverage(words: list[str], text: str) -> float:
    """The part of `words` that `text` holds, 0 to 1. A word may end otherwise than the question's.

    The index finds by word stems and says only which texts are best, not how much of the
    question the best one holds: "two parrots" finds "two lamps" if there is no parrot.
    """
    return len(present(words, text)) / len(words) if words else 0.0


def present(words: list[str], text: str) -> tuple[str, ...]:
    """Those of `words` that `text` holds, each as it stands there or with another ending."""
    held = set(re.findall(r"\w+", text.casefold()))
    starts = {word[:4] for word in held}
    return tuple(
        word
        for word in words
        if word in held
        or (word[:4] in starts and any(each.startswith(_stem(word)) for each in held))
    )


def _stem(word: str) -> str:
    return word if len(word) < 5 else word[: max(4, len(word) - 3)]
