"""What a model thinks is left out, however it comes."""

import pytest

from agent.llm.thinking import without_thoughts


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("A man paints.", "A man paints."),
        ("<think>hm</think>A man.", "A man."),
        ("<think>\n\n</think>\n\nA man.", "A man."),
        ("<Thinking mode='x'>hm</Thinking> A man.", "A man."),
        ("<reasoning>a < b</reasoning>A < B.", "A < B."),
        ("A man.<think>Or not?</think> He paints.", "A man. He paints."),
        ("<think>it never ends", ""),
        ("</think>A man.", "A man."),
        ("5 < 6 and <b>bold</b> <thinker>", "5 < 6 and <b>bold</b> <thinker>"),
        ("It ends with <thin", "It ends with <thin"),
        ("  \n A man. \n", "A man. \n"),
        ("", ""),
    ],
)
def test_thoughts_are_left_out_wherever_the_pieces_part(reply: str, told: str) -> None:
    assert "".join(without_thoughts([reply])) == told
    assert "".join(without_thoughts(reply)) == told
    for cut in range(len(reply)):
        assert "".join(without_thoughts([reply[:cut], reply[cut:]])) == told


def test_words_are_not_held_back() -> None:
    coming = without_thoughts(iter(["A ", "man ", "<", "b> "]))
    assert [next(coming), next(coming)] == ["A ", "man "]
    assert list(coming) == ["<b> "]


def test_a_sign_that_opens_no_tag_holds_nothing_back_for_ever() -> None:
    long = "<think" + "x" * 1000
    assert "".join(without_thoughts(long)) == long
