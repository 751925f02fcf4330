"""What is pointed at with an @, and what comes of it."""

from pathlib import Path

import pytest

from agent.conversation import Conversation
from agent.mentions import mention, mentioned
from indexer.library import Library
from rushes.errors import RushesError
from rushes.place import Place
from tests.agent.talking import say

FILES = (
    Path("/v/2024/tram.mp4"),
    Path("/v/2025/tram.mp4"),
    Path("/v/my notes, all.md"),
    Path('/v/the "best".mp4'),
    Path("/v/plan.md"),
)


@pytest.mark.parametrize(
    ("words", "rest", "spoken"),
    [
        ("what is the budget in @plan.md?", "what is the budget?", "what is the budget in it?"),
        ("@plan.md what is the budget?", "what is the budget?", "it what is the budget?"),
        ("what does @plan.md say of rent?", "what does it say of rent?", None),
        ('who, according to @"my notes, all.md", pays?', "who, pays?", None),
        ("bikes @plan.md", "bikes", "bikes it"),
        ("more like @2", "more like", "more like #2"),
        ("keep @1 and @3", "keep it and", "keep 1 and 3"),
        ("who is @ana?", "who is @ana?", "who is @ana?"),
        ("write to ana@prado.com", "write to ana@prado.com", "write to ana@prado.com"),
    ],
)
def test_words_without_what_they_point_at(words: str, rest: str, spoken: str | None) -> None:
    found = mentioned(words, FILES)
    assert found.rest == rest
    assert spoken is None or found.spoken == spoken


def test_a_folder_before_a_name_tells_files_apart() -> None:
    assert mentioned("@tram.mp4", FILES).places == (Place(FILES[0]), Place(FILES[1]))
    assert mentioned("@2025/tram.mp4", FILES).places == (Place(FILES[1]),)


def test_a_stretch_of_a_file_can_be_meant() -> None:
    assert mentioned("4K of @2024/tram.mp4@1:02.5-70", FILES).places == (
        Place(FILES[0], 62.5, 70.0),
    )


@pytest.mark.parametrize("file", FILES)
def test_what_is_written_is_read_as_it_was_meant(file: Path) -> None:
    name = f"{file.parent.name}/{file.name}"
    words = f"more like {mention(name, 2.0, 3.25)}, but darker"
    assert mentioned(words, FILES).places == (Place(file, 2.0, 3.25),)
    assert mentioned(mention(name), FILES).places == (Place(file),)


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(RushesError, match="no file of the library is called tramm.mp4"):
        mentioned("more like @tramm.mp4", FILES)


@pytest.fixture
def talk(talked_of: Library, tmp_path: Path) -> Conversation:
    return Conversation(talked_of, None, tmp_path)


def test_a_question_is_asked_of_one_file(talk: Conversation) -> None:
    reply = say(talk, "what is the marketing budget for Q3 in @plan.md?")
    assert [each.path.name for each in reply.citations] == ["plan.md"]
    elsewhere = say(talk, "what is the marketing budget for Q3 in @beckett.wav?")
    assert not elsewhere.citations
    assert {each.path.name for each in elsewhere.moments} <= {"beckett.wav"}


def test_a_search_looks_into_one_file(talk: Conversation) -> None:
    reply = say(talk, "show me people in @bikes.mp4")
    assert {each.path.name for each in reply.moments} == {"bikes.mp4"}
    narrowed = say(talk, "@bikes.mp4")
    assert {each.path.name for each in narrowed.moments} == {"bikes.mp4"}


def test_what_looks_like_a_file_is_found_and_the_file_lies_on_the_table(talk: Conversation) -> None:
    reply = say(talk, "more like @bikes.mp4")
    assert [step.tool for step in reply.steps] == ["similar"]
    assert talk.table.moment(1).path.name == "bikes.mp4"


def test_a_stretch_of_a_file_can_be_made_longer(talk: Conversation) -> None:
    (moment,) = say(talk, "make @bikes.mp4@2-4 longer by 1 s").moments
    assert (moment.path.name, moment.start_s, moment.end_s) == ("bikes.mp4", 1.5, 4.5)


def test_a_number_is_that_of_the_table(talk: Conversation) -> None:
    found = say(talk, "show me bikes").moments
    assert say(talk, "@2").moments == found[1:2]
    assert "no number 99" in say(talk, "more like @99").text
    again = say(talk, "show me people in @1")
    assert {each.path for each in again.moments} == {found[0].path}
