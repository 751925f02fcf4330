"""Which sentences answer a question: the right one first, and none where nothing answers."""

import math
from pathlib import Path

import pytest
import torch

from agent.evidence import FLOOR, Evidence, find_evidence
from indexer.embed.encoders import TextEncoder
from indexer.embed.rerank import CrossEncoderReranker
from indexer.names import words_of_path
from indexer.reading import Passage
from indexer.segments import Origin, Word
from rushes.moment import Kind
from tests.indexer.test_rerank import small_bert

PLAN = Passage(
    Path("/films/finance/q3-plan.pdf"),
    Kind.DOCUMENT,
    "Third quarter: what we spend\n"
    "The marketing budget for Q3 is set at 48,000 euros. Two editors will be hired for the "
    "quarter. The plan was approved by Ingrid Solberg on 12 June.",
    Origin.WRITTEN,
    page=1,
)
REVIEW = Passage(
    Path("/films/finance/q2-review.pdf"),
    Kind.DOCUMENT,
    "Second quarter in review\n"
    "Marketing cost us 36,500 euros in the second quarter. The newsletter gained 640 readers.",
    Origin.WRITTEN,
    page=1,
)
PHONES = Passage(
    Path("/films/office/phones.csv"),
    Kind.DOCUMENT,
    "name: Tomas Becker; role: accountant; extension: 231\n"
    "name: Leila Haddad; role: editor; extension: 208",
    Origin.WRITTEN,
)
HOTELS = Passage(
    Path("/films/travel/hotels.docx"),
    Kind.DOCUMENT,
    "Our hotel in Porto charges 79 euros a night. Breakfast is from seven.",
    Origin.WRITTEN,
    heading="Porto",
)
SIGN = Passage(
    Path("/films/pictures/sign.png"),
    Kind.IMAGE,
    "HARBOUR OFFICE\nOpen Monday to Friday\n8:30 to 16:00",
    Origin.ON_SCREEN,
)
SLIDE = Passage(
    Path("/films/slides/kickoff.pptx"),
    Kind.DOCUMENT,
    "Salt Road\nRunning time: 52 minutes\nDirector: Sofia Marinho",
    Origin.WRITTEN,
    page=2,
    heading="Salt Road",
)
EVERYTHING = (PLAN, REVIEW, PHONES, HOTELS, SIGN, SLIDE)


def best(question: str, encoder: TextEncoder) -> Evidence:
    return find_evidence(question, EVERYTHING, encoder)[0]


def is_refused(question: str, encoder: TextEncoder) -> bool:
    return all(each.chance < FLOOR for each in find_evidence(question, EVERYTHING, encoder))


@pytest.mark.parametrize(
    "question, sentence",
    [
        (
            "what is the marketing budget for Q3?",
            "The marketing budget for Q3 is set at 48,000 euros.",
        ),
        ("who approved the plan for Q3?", "The plan was approved by Ingrid Solberg on 12 June."),
        (
            "What's the extension of Leila Haddad?",
            "name: Leila Haddad; role: editor; extension: 208",
        ),
        ("how much is a night in the Porto hotel", "Our hotel in Porto charges 79 euros a night."),
        ("Who is the director of Salt Road?", "Director: Sofia Marinho"),
        (
            "opening hours of the harbour office",
            "HARBOUR OFFICE Open Monday to Friday 8:30 to 16:00",
        ),
    ],
)
def test_sentence_that_answers_comes_first(
    question: str, sentence: str, text_encoder: TextEncoder
) -> None:
    assert best(question, text_encoder).sentence == sentence
    assert best(question, text_encoder).chance >= FLOOR


@pytest.mark.parametrize(
    "question",
    [
        "what is the marketing budget for Q4?",  # another quarter
        "How much was spent on marketing in the first quarter?",
        "What's the extension of Sofia Marinho?",  # she has a role, but no extension
        "how much does the hotel in Lisbon charge for a night",  # another city
        "When was the harbour office built?",  # only its hours are there
        "why was Tomas Becker dismissed?",  # nothing of the kind
        "what is the capital of Mongolia",
        "What is the e-mail address of the harbour office?",  # only its hours are there
        "what colour is the harbour office",  # no colour is there
        "How many readers did the newsletter lose?",  # it gained some
    ],
)
def test_near_miss_is_refused(question: str, text_encoder: TextEncoder) -> None:
    assert is_refused(question, text_encoder)


def test_a_capital_at_the_beginning_of_a_line_of_a_sign_makes_no_name(
    text_encoder: TextEncoder,
) -> None:
    sign = Passage(
        Path("/films/pictures/ferry.png"),
        Kind.IMAGE,
        "FERRY TO HOLM ISLAND\nDepartures 9:15 and 13:45\nCars 24 euros",
        Origin.ON_SCREEN,
    )
    found = find_evidence("Who steers the ferry?", [sign], text_encoder)
    assert all(each.chance < FLOOR for each in found)


def test_a_cross_encoder_makes_an_answer_somewhat_more_or_less_likely(
    text_encoder: TextEncoder, tmp_path: Path
) -> None:
    torch.manual_seed(11)
    small_bert(tmp_path)  # random weights: what it says is worth nothing, but the same each time
    reranker = CrossEncoderReranker("small", tmp_path, "cpu")
    notes = [
        Passage(Path("/films/notes.txt"), Kind.DOCUMENT, text, Origin.WRITTEN, page=page)
        for page, text in enumerate(
            ("The boat costs 300 euros a day.", "The boat of the harbour office costs 90 euros.")
        )
    ]
    asked = "What does the boat cost us a day?"
    alone = {each.sentence: each.chance for each in find_evidence(asked, notes, text_encoder)}
    judged = find_evidence(asked, notes, text_encoder, reranker=reranker)
    assert {each.sentence for each in judged} == set(alone) == {each.text for each in notes}
    about = words_of_path(notes[0].path)
    for each in judged:
        (score,) = reranker.scores(asked, [f"{about}: {each.sentence}"])
        added = 0.25 * max(-4.0, min(4.0, log_odds(float(score))))
        expected = log_odds(alone[each.sentence]) + added
        assert log_odds(each.chance) == pytest.approx(expected, abs=0.01)


def log_odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def test_city_in_small_letters_must_be_named_too(text_encoder: TextEncoder) -> None:
    other = Passage(
        Path("/films/travel/aveiro.docx"),
        Kind.DOCUMENT,
        "We walked through Aveiro in the evening. The canals of Aveiro are best before nine.",
        Origin.WRITTEN,
    )
    found = find_evidence(
        "how much is the hotel in aveiro per night", [HOTELS, other], text_encoder
    )
    assert "Our hotel in Porto charges 79 euros a night." not in [each.sentence for each in found]


def test_number_of_another_unit_answers_nothing(text_encoder: TextEncoder) -> None:
    tower = Passage(
        Path("/films/notes/tower.txt"),
        Kind.DOCUMENT,
        "The lighthouse has 218 steps. From Monday the lighthouse is painted for 900 euros.",
        Origin.WRITTEN,
    )
    found = find_evidence("How long will painting the lighthouse take?", [tower], text_encoder)
    assert "From Monday the lighthouse is painted for 900 euros." not in [
        each.sentence for each in found
    ]


def test_spoken_sentence_has_its_own_times(text_encoder: TextEncoder) -> None:
    text = "The garage called about the van. We can collect the van on Thursday."
    words = tuple(
        Word(word, 10.0 + i, 10.5 + i) for i, word in enumerate(text.split())
    )  # the second sentence begins with the seventh word
    memo = Passage(
        Path("/films/audio/memo.wav"), Kind.AUDIO, text, Origin.SAID, 10.0, 23.0, words=words
    )
    found = find_evidence("When can we collect the van?", [memo], text_encoder)
    assert found[0].sentence == "We can collect the van on Thursday."
    assert (found[0].start_s, found[0].end_s) == (16.0, 22.5)


def test_sentence_without_times_has_its_passages(text_encoder: TextEncoder) -> None:
    shown = Passage(
        Path("/films/video/scout.mp4"),
        Kind.VIDEO,
        "Location 7\nAsk for the key: Mr. Duarte",
        Origin.ON_SCREEN,
        2.0,
        6.0,
    )
    found = find_evidence("Whom do I ask for the key of location 7?", [shown], text_encoder)
    assert (found[0].start_s, found[0].end_s) == (2.0, 6.0)


def test_no_more_than_asked_for_best_first(text_encoder: TextEncoder) -> None:
    found = find_evidence("what is the marketing budget?", EVERYTHING, text_encoder, most=2)
    assert len(found) == 2
    assert found[0].chance >= found[1].chance


@pytest.mark.parametrize("question", ["", "  ", "?!", "what is it", "\x1b[2J"])
def test_question_that_asks_nothing_finds_nothing(question: str, text_encoder: TextEncoder) -> None:
    assert find_evidence(question, EVERYTHING, text_encoder) == [] or is_refused(
        question, text_encoder
    )


def test_no_passages_give_no_evidence(text_encoder: TextEncoder) -> None:
    assert find_evidence("what is the marketing budget?", [], text_encoder) == []


def test_question_of_a_megabyte_ends(text_encoder: TextEncoder) -> None:
    found = find_evidence("budget " * 150_000, EVERYTHING, text_encoder)
    assert len(found) <= 6
