"""Passages: about so many words, whole sentences, one heading, one page."""

from indexer.passages import Block, passages, sentences
from indexer.segments import Origin


def numbered(count: int, words: int = 10) -> list[str]:
    """Sentences of `words` words, each starting with a capital and its number."""
    return [f"Sentence{n} {'word ' * (words - 2)}end." for n in range(count)]


def test_a_short_text_is_one_passage() -> None:
    (passage,) = passages([Block("Hello there.\nSame paragraph.", "Greeting", 3)], 200)
    assert passage.text == "Hello there. Same paragraph."
    assert (passage.heading, passage.page, passage.origin) == ("Greeting", 3, Origin.WRITTEN)


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    all_sentences = numbered(50)
    found = [p.text for p in passages([Block(" ".join(all_sentences))], 100)]
    assert [len(text.split()) for text in found] == [100, 100, 100, 100, 100]
    assert all(text.startswith("Sentence") and text.endswith("end.") for text in found)
    assert " ".join(found) == " ".join(all_sentences)


def test_a_short_rest_of_a_paragraph_stays_with_it() -> None:
    found = list(passages([Block(" ".join(numbered(12)))], 100))
    assert [len(p.text.split()) for p in found] == [120]


def test_paragraphs_stay_whole_where_a_passage_is_half_full() -> None:
    first, second = " ".join(numbered(6)), " ".join(numbered(9))
    assert [p.text for p in passages([Block(first), Block(second)], 100)] == [first, second]


def test_a_passage_spans_neither_two_headings_nor_two_pages() -> None:
    blocks = [
        Block("a", "One", 1),
        Block("b", "One", 1),
        Block("c", "Two", 1),
        Block("d", "Two", 2),
    ]
    found = [(p.text, p.heading, p.page) for p in passages(blocks, 200)]
    assert found == [("a\nb", "One", 1), ("c", "Two", 1), ("d", "Two", 2)]


def test_headings_without_words_go_with_what_follows() -> None:
    blocks = [Block("Title", "Title"), Block("Part", "Part"), Block("Body.", "Part")]
    (passage,) = passages(blocks, 200)
    assert (passage.text, passage.heading) == ("Title\nPart\nBody.", "Part")


def test_abbreviations_initials_and_decimals_end_no_sentence() -> None:
    said = "Dr. Ana J. Ruiz paid 3.50 to No. 7, e.g. for U.S. mail. It came on 3. Mai. Done!"
    assert [s.strip() for s in sentences(said)] == [
        "Dr. Ana J. Ruiz paid 3.50 to No. 7, e.g. for U.S. mail.",
        "It came on 3. Mai.",
        "Done!",
    ]


def test_closing_quotes_stay_with_their_sentence() -> None:
    assert list(sentences('"Stop!" She ran (fast). “Why?” he asked.')) == [
        '"Stop!"',
        " She ran (fast).",
        " “Why?” he asked.",
    ]


def test_chinese_and_japanese_sentences_end_without_a_space() -> None:
    assert list(sentences("会議は明日です。予算は？はい。")) == [
        "会議は明日です。",
        "予算は？",
        "はい。",
    ]


def test_chinese_without_spaces_is_cut_too() -> None:
    found = list(passages([Block("预算会议定于明天上午。" * 100)], 50))
    assert len(found) >= 10
    assert all(p.text.endswith("。") for p in found)


def test_a_sentence_without_end_is_cut_between_words() -> None:
    found = list(passages([Block("word " * 10_000)], 100))
    assert sum(p.text.count("word") for p in found) == 10_000
    assert max(len(p.text.split()) for p in found) <= 125


def test_a_word_without_end_is_cut_as_well() -> None:
    found = list(passages([Block("x" * 100_000)], 100))
    assert sum(len(p.text) for p in found) == 100_000
    assert max(len(p.text) for p in found) <= 125 * 20


def test_a_list_without_full_stops_is_cut_at_line_ends() -> None:
    found = list(passages([Block("\n".join(["apples and pears"] * 100))], 50))
    assert all(p.text.startswith("apples") and p.text.endswith("pears") for p in found)


def test_control_characters_do_not_get_into_a_passage() -> None:
    (passage,) = passages([Block("red\x1b[31m\u202eder", "He\x07ad\nline")], 200)
    assert (passage.text, passage.heading) == ("red[31mder", "Head line")


def test_a_million_full_stops_take_no_time_to_speak_of() -> None:
    assert len(list(passages([Block("." * 1_000_000)], 200))) == 250


def test_nothing_makes_no_passage() -> None:
    assert list(passages([Block(""), Block(" \n\t"), Block("\x00")], 200)) == []
