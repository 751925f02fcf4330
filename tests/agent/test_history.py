"""What was asked is kept, found again, and taken up again."""

import sqlite3
import stat
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import agent.history
from agent.broll import Pick, Reel
from agent.conversation import Conversation
from agent.events import Citation, Reply
from agent.history import History
from agent.lines import Line
from agent.table import Table
from indexer.library import Library
from indexer.query import parse
from rushes.errors import RushesError
from rushes.facts import Facts, ShotSize
from rushes.moment import Kind, Moment
from tests.agent.talking import say

TRAM = Moment(
    Path("/v/tram \udcff.mp4"),
    Kind.VIDEO,
    1.5,
    4.0,
    text="a tram",
    thumbnail=Path("/l/t.webp"),
    facts=Facts(size=ShotSize.WIDE, usable_s=(1.5, 3.5)),
    fps=Fraction(30000, 1001),
)
SOURCE = Citation(1, Path("/v/plan.md"), "The budget is 48,000 euros.", page=3)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "app" / "history.sqlite")


def test_a_turn_comes_back_as_it_was(history: History) -> None:
    table = Table(parse("tram shot:wide"), (TRAM,), chosen=1, question="the tram?")
    history.add("the tram?", Reply("It is [1].", (SOURCE,), moments=(TRAM,)), table)
    (turn,) = history.recent().turns
    assert (turn.question, turn.text, turn.citations) == ("the tram?", "It is [1].", (SOURCE,))
    assert turn.table() == table
    assert turn.moments[0].fps == Fraction(30000, 1001)


def test_a_reel_comes_back_as_it_was(history: History) -> None:
    reel = Reel("rain", (Pick(Line("rain", 2.0), 1, TRAM, 1.5, 3.5),), ())
    history.add("a reel about rain", Reply("1 clips.", reel=reel), Table(reel=reel))
    assert history.recent().turns[0].table().reel == reel


def test_turns_are_found_by_parts_of_words_in_the_question_the_reply_and_the_files(
    history: History,
) -> None:
    history.add("what is the budget?", Reply("It is 48,000 euros. [1]", (SOURCE,)))
    history.add("a tram in Größe 100%", Reply("One moment fits.", moments=(TRAM,)))
    assert [each.question for each in history.search("BUDG 48,000").turns] == [
        "what is the budget?"
    ]
    assert [each.question for each in history.search("plan.md").turns] == ["what is the budget?"]
    assert len(history.search("tram").turns) == len(history.search("GRÖSSE 100%").turns) == 1
    assert history.search("tram budget").turns == ()
    assert history.search("").turns == history.recent().turns


def test_the_newest_comes_first_and_the_oldest_goes(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent.history, "MOST", 3)
    for number in range(5):
        history.add(f"question {number}", Reply("yes"))
    kept = [each.question for each in history.recent().turns]
    assert kept == ["question 4", "question 3", "question 2"]


def test_one_that_is_deleted_is_gone(history: History) -> None:
    history.add("a secret", Reply("yes"))
    history.add("no secret", Reply("yes"))
    history.delete(history.search("a secret").turns[-1])
    assert [each.question for each in history.recent().turns] == ["no secret"]


def test_a_conversation_is_taken_up_again(history: History) -> None:
    history.add("first", Reply("one"))
    history.add("second", Reply("two"))
    first = history.recent().turns[1]
    history.begin()
    history.add("of another", Reply("three"))
    history.resume(first)
    history.add("third", Reply("four"))
    third = history.recent().turns[0]
    assert [each.question for each in history.talk_until(third).turns] == [
        "third", "second", "first",
    ]  # fmt: skip
    assert [each.question for each in history.talk_until(first).turns] == ["first"]


def test_a_damaged_turn_is_passed_over_and_counted(history: History, tmp_path: Path) -> None:
    for number in range(3):
        history.add(f"question {number}", Reply("yes"))
    with sqlite3.connect(tmp_path / "app/history.sqlite") as base:
        base.execute("UPDATE turns SET kept = substr(kept, 1, 40) WHERE id = 2")
    found = history.recent()
    assert [each.question for each in found.turns] == ["question 2", "question 0"]
    assert found.damaged == 1


def test_a_damaged_file_is_set_aside_and_said(history: History, tmp_path: Path) -> None:
    file = tmp_path / "app/history.sqlite"
    file.parent.mkdir()
    file.write_text("not a data base, " * 100)
    with pytest.raises(RushesError, match="damaged"):
        history.recent()
    assert file.with_name("history.sqlite.damaged").read_text().startswith("not a data base")
    history.add("anew", Reply("yes"))
    assert len(history.recent().turns) == 1


def test_a_folder_that_cannot_be_written_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "app").write_text("a file")
    with pytest.raises(RushesError, match="cannot use the history"):
        History(tmp_path / "app" / "history.sqlite").add("what?", Reply("yes"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_nobody_else_may_read_it(history: History, tmp_path: Path) -> None:
    history.add("what?", Reply("yes"))
    for file in (tmp_path / "app").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_looking_makes_no_file(history: History, tmp_path: Path) -> None:
    assert history.recent().turns == history.search("x").turns == ()
    assert not (tmp_path / "app").exists()


def test_control_characters_are_not_kept(history: History) -> None:
    history.add("a \x1b[31mred\x07 tram", Reply("\x1b]0;x\x07it is"))
    (turn,) = history.recent().turns
    assert (turn.question, turn.text) == ("a [31mred tram", "]0;xit is")


def test_follow_ups_work_on_what_was_taken_up_again(
    history: History, talked_of: Library, tmp_path: Path
) -> None:
    before = Conversation(talked_of, None, tmp_path)
    reply = say(before, "show me bikes kind:video")
    history.add("show me bikes kind:video", reply, before.table)
    again = Conversation(talked_of, None, tmp_path)
    again.table = history.recent().turns[0].table()
    assert say(again, "the first one").moments == reply.moments[:1]
    assert say(again, "only the wide ones").moments == say(before, "only the wide ones").moments
    assert str(again.table.query) == str(before.table.query)
