"""Phrases, words and labels: found in any case and inflection, never in half a word."""

import pytest

from indexer.wording import Match, Wording, has_label, has_word, phrase_in


@pytest.mark.parametrize(
    "text, phrase, found",
    [
        ("Our Marketing, budget!", "marketing budget", True),
        ("our marketing budgets", "marketing budget", False),
        ("telemarketing budget", "marketing budget", False),
        ("budget marketing", "marketing budget", False),
        ("Take EXIT 24 north", "exit 24", True),
        ("EXIT 245", "exit 24", False),
        ("don’t stop", "don't stop", True),
        ("die STRASSE", "straße", True),
        ("l'eau froide", "eau froide", True),
        ("来年の予算は", "予算", True),
        ("cafe\u0301 noir", "café noir", True),
        ("the dog's bowl", "dog", True),
        ("marketing\nbudget", "marketing budget", True),
        ("", "a", False),
    ],
)
def test_phrase_is_found_word_for_word(text: str, phrase: str, found: bool) -> None:
    assert phrase_in(text, phrase) is found


@pytest.mark.parametrize(
    "word, others",
    [
        ("dog", "dogs DOG"),
        ("budget", "budgets budgeted budgeting"),
        ("running", "run runs"),
        ("stop", "stopped stopping"),
        ("make", "makes making"),
        ("party", "parties"),
        ("bus", "buses"),
        ("tv", "tvs"),
        ("photographer", "photographers photography"),
    ],
)
def test_word_is_found_in_any_inflection(word: str, others: str) -> None:
    for other in others.split():
        assert has_word(f"a {other} there", word), other
        assert has_word(f"a {word} there", other), other


@pytest.mark.parametrize(
    "word, others",
    [
        ("party", "part partner"),
        ("budget", "budgie"),
        ("dog", "do dot dogma"),
        ("car", "care cart scar"),
        ("as", "a"),
    ],
)
def test_other_word_is_not_an_inflection(word: str, others: str) -> None:
    for other in others.split():
        assert not has_word(other, word), other


def test_parts_of_a_word_stand_side_by_side() -> None:
    assert has_word("in slow motions", "slow-motion")
    assert not has_word("a motion that is slow", "slow-motion")


def test_label_is_found_whole_or_by_its_beginning() -> None:
    assert has_label(["cat", "Golden retriever"], "golden retriever")
    assert has_label(["Golden retriever"], "*retr*")
    assert not has_label(["hotdog"], "dog")
    assert not has_label(["dog"], "do?")
    assert not has_label(["a" * 60], "*a" * 40 + "b")


def test_meaning_is_not_looked_for_by_letters() -> None:
    assert Wording("the budget").is_in("The budget.")
    assert Wording("budget", Match.WORD).is_in("all budgets")
    with pytest.raises(ValueError):
        Wording("costs", Match.MEANING).is_in("costs")


def test_wording_has_a_word() -> None:
    with pytest.raises(ValueError):
        Wording("?!")
