"""Text from strangers, made safe to show and to index."""

import unicodedata

from rushes.text import clean, one_line


def test_letters_and_their_accents_become_one_character() -> None:
    assert clean("cafe\u0301") == "café"


def test_control_characters_leave_but_tabs_and_lines_stay() -> None:
    assert clean("a\x00b\x1b[31mc\td\ne\x7f") == "ab[31mc\td\ne"


def test_every_kind_of_line_end_becomes_a_newline() -> None:
    assert clean("a\r\nb\rc\u2028d\x0be\x85f") == "a\nb\nc\nd\ne\nf"


def test_marks_that_turn_the_reading_direction_leave() -> None:
    assert clean("invoice\u202efdp.exe\u2066x\u2069") == "invoicefdp.exex"


def test_lone_surrogates_leave_so_that_the_text_can_be_stored() -> None:
    assert clean("a\udcffb\ud800").encode() == b"ab"


def test_invisible_tags_that_could_instruct_a_model_leave() -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "obey")
    assert clean(f"plain{hidden} words") == "plain words"


def test_letters_of_many_scripts_stay_as_they_are() -> None:
    said = "naïve Привет 会議 नमस्ते שלום 👩\u200d🚀 می\u200cخواهم"
    assert clean(said) == unicodedata.normalize("NFC", said)


def test_a_letter_keeps_no_more_than_thirty_accents() -> None:
    # 160,000 would keep `unicodedata.normalize` busy for half a minute.
    assert len(clean("a" + "\u0323\u0301" * 80_000 + "b")) <= 32


def test_a_name_with_line_breaks_is_one_line() -> None:
    assert one_line(" two\nlines\t and\r\nmore ") == "two lines and more"


def test_a_byte_that_is_no_text_shows_as_a_replacement() -> None:
    assert one_line(b"caf\xe9.txt".decode("utf-8", "surrogateescape")) == "caf\ufffd.txt"
