"""Turns of a conversation, over a real library."""

import asyncio
import shutil
from pathlib import Path

import opentimelineio
import pytest

from agent.approval import Request
from agent.conversation import Conversation
from agent.events import Event, Noticed, Reply, Said, Showed, StepBegan
from agent.llm.choose import load_language
from agent.table import Table
from indexer.library import Library
from indexer.query import parse
from rushes.errors import ModelMissing
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.settings import Settings
from tests.agent.talking import Scripted, answering, events, say

BUDGET = "what is the marketing budget for Q3?"


@pytest.fixture
def talk(talked_of: Library, tmp_path: Path) -> Conversation:
    return Conversation(talked_of, None, tmp_path)


def with_model(talked_of: Library, tmp_path: Path, model: Scripted) -> Conversation:
    return Conversation(talked_of, model, tmp_path)


# Answers


def test_an_answer_quotes_its_source_word_for_word(talk: Conversation) -> None:
    reply = say(talk, BUDGET)
    (source,) = reply.citations
    assert "48,000 euros" in reply.text and reply.text.endswith("[1]")
    assert source.path.name == "plan.md" and "48,000 euros" in source.quote
    assert [step.tool for step in reply.steps] == ["search", "read"]


def test_what_is_said_is_cited_with_its_time(talk: Conversation) -> None:
    # However it is punctuated: the same model hears commas for stops on another processor.
    reply = say(talk, "what does he say about failing?")
    (source,) = reply.citations
    assert source.path.name == "beckett.wav"
    assert source.start_s is not None and source.end_s is not None
    assert 0 <= source.start_s < source.end_s <= 10


def test_follow_ups_are_about_what_is_cited(talk: Conversation) -> None:
    say(talk, "show me bikes kind:video")
    reply = say(talk, "what does he say about failing?")
    (source,), (moment,) = reply.citations, reply.moments
    assert moment.path == source.path and source.start_s is not None
    assert moment.start_s is not None and moment.end_s is not None
    assert moment.start_s <= source.start_s < moment.end_s
    (made,) = say(talk, "export these to failing.csv").made
    assert "beckett.wav" in made.read_text() and "bikes" not in made.read_text()


def test_what_has_no_place_in_time_is_not_exported_and_said_so(talk: Conversation) -> None:
    say(talk, BUDGET)
    assert "can be exported: none is among these" in say(talk, "export these to plan.csv").text


@pytest.mark.parametrize(
    "question", ["what is the marketing budget for Q4?", "who invented the telephone?"]
)
def test_what_the_files_do_not_say_is_not_answered(talk: Conversation, question: str) -> None:
    reply = say(talk, question)
    assert reply.refused and not reply.citations
    assert reply.text.startswith("I found nothing")


def test_a_question_may_lean_on_the_one_before(talk: Conversation) -> None:
    say(talk, "what did marketing cost in the third quarter?")
    reply = say(talk, "and in the second quarter?")
    assert "36,500" in reply.text


def test_the_small_model_answers_from_the_source(
    talked_of: Library, starter_store: ModelStore, tmp_path: Path
) -> None:
    model = load_language(Settings(profile="starter"), starter_store).model
    assert model is not None
    reply = say(Conversation(talked_of, model, tmp_path), BUDGET)
    assert "48,000" in reply.text and "36,500" not in reply.text
    assert [each.n for each in reply.citations] == [1]


def test_a_sentence_that_its_source_does_not_hold_is_dropped(
    talked_of: Library, tmp_path: Path
) -> None:
    lies = "The marketing budget for Q3 is 84,000 euros [1]. It was approved by Ana Prado [2]."
    reply = say(with_model(talked_of, tmp_path, Scripted(lies)), BUDGET)
    assert reply.dropped == 2
    assert "84,000" not in reply.text and "48,000" in reply.text  # the source itself instead


def test_a_number_of_another_thing_is_not_put_in_its_place(
    talked_of: Library, tmp_path: Path
) -> None:
    swapped = "The marketing budget for Q3 is 36,500 euros [1]."
    reply = say(with_model(talked_of, tmp_path, Scripted(swapped)), BUDGET)
    assert reply.dropped == 1 and "48,000" in reply.text


def test_a_source_is_given_by_code_whatever_number_the_model_writes(
    talked_of: Library, tmp_path: Path
) -> None:
    true = "The marketing budget for Q3 is set at 48,000 euros [7]."
    reply = say(with_model(talked_of, tmp_path, Scripted(true)), BUDGET)
    assert reply.text == "The marketing budget for Q3 is set at 48,000 euros. [1]"


def test_a_model_that_fails_is_told_and_the_source_is_quoted(
    talked_of: Library, tmp_path: Path
) -> None:
    model = Scripted("The marketing budget")

    def fail() -> None:
        raise ModelMissing("no server answers at http://127.0.0.1:1")

    model.before_each = fail
    seen = events(with_model(talked_of, tmp_path, model), BUDGET)
    (notice,) = [each for each in seen if isinstance(each, Noticed)]
    assert "no server answers" in notice.text
    assert any(isinstance(each, Said) and "48,000" in each.text for each in seen)


# Stopping, and bad input


def test_a_turn_is_stopped_while_the_model_writes(talked_of: Library, tmp_path: Path) -> None:
    job, model = Job(), Scripted("word " * 10_000, "The marketing budget for Q3 is 48,000 euros.")
    model.before_each = job.cancel
    talk = with_model(talked_of, tmp_path, model)
    assert say(talk, BUDGET, job).stopped
    model.before_each = lambda: None
    assert "48,000" in say(talk, BUDGET).text  # and the conversation goes on


def test_a_turn_that_is_stopped_before_it_begins_does_nothing(talk: Conversation) -> None:
    job = Job()
    job.cancel()
    assert say(talk, BUDGET, job).stopped


@pytest.mark.parametrize(
    ("text", "told"),
    [("x" * 1_000_000, "1000000 characters are too long"), ("  \0 ", "nothing is asked")],
)
def test_too_much_or_nothing_is_one_sentence(talk: Conversation, text: str, told: str) -> None:
    reply = say(talk, text)
    assert reply.failed and told in reply.text and "\n" not in reply.text
    assert not say(talk, BUDGET).failed


def test_another_language_is_told_apart(talk: Conversation) -> None:
    reply = say(talk, "Wie hoch sind unsere Ausgaben für Reisen?")
    assert reply.refused and "English only" in reply.text


def test_without_a_library_the_command_to_make_one_is_named(
    starter_store: ModelStore, tmp_path: Path
) -> None:
    nowhere = Library(Settings(library=tmp_path / "none"), starter_store)
    reply = say(Conversation(nowhere, None, tmp_path), BUDGET)
    assert reply.failed and "rushes index FOLDER" in reply.text


def test_an_empty_library_is_told(starter_store: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    empty = Library(Settings(library=tmp_path / "library", profile="starter"), starter_store)
    empty.index([tmp_path / "media"], Job())
    for words in (BUDGET, "clips of bicycles"):
        assert (
            "the library holds no file yet" in say(Conversation(empty, None, tmp_path), words).text
        )


# Finding, and follow-ups


def test_a_wish_for_footage_is_searched_with_filters(talk: Conversation) -> None:
    shown = [e for e in events(talk, "show me clips of bicycles") if isinstance(e, Showed)]
    assert shown[0].query == "bicycles kind:video"
    assert {each.path.name for each in shown[0].moments} == {"bikes.mp4"}


def test_follow_ups_work_on_what_is_on_the_table(talk: Conversation, tmp_path: Path) -> None:
    found = say(talk, "clips of bicycles").moments
    assert len(found) > 1
    second = say(talk, "the second one, but longer").moments[0]
    assert second.start_s is not None and found[1].start_s is not None
    assert second.start_s <= found[1].start_s and second != found[1]
    narrowed = say(talk, "only the static ones")
    assert all("static" in each.facts.moves for each in narrowed.moments if not narrowed.refused)
    made = say(talk, "export these to cut.otio").made
    assert made == (tmp_path / "cut.otio",)
    timeline = opentimelineio.adapters.read_from_file(str(made[0]))
    assert len(list(timeline.find_clips())) >= 1


def test_something_else_is_not_the_same_again(talk: Conversation) -> None:
    first = say(talk, "clips of bicycles").moments[0]
    other = say(talk, "something longer")
    assert first not in other.moments


def test_a_number_that_is_not_there_is_said(talk: Conversation) -> None:
    say(talk, "clips of bicycles")
    reply = say(talk, "the ninth one")
    assert reply.failed and "there is no number 9" in reply.text


# Approval


def test_what_the_users_words_did_not_ask_for_is_asked(talked_of: Library, tmp_path: Path) -> None:
    talk = Conversation(talked_of, None, tmp_path, answering(False))
    say(talk, "clips of bicycles")
    assert say(talk, "export these as edl").made  # asked for in so many words
    reply = say(talk, "could you export these to mine.edl")
    assert reply.failed and "not approved" in reply.text
    assert not (tmp_path / "mine.edl").exists()


def test_nothing_is_written_outside_the_output_folder(talked_of: Library, tmp_path: Path) -> None:
    talk = Conversation(talked_of, None, tmp_path / "made", answering(True))
    say(talk, "clips of bicycles")
    reply = say(talk, "export these to ../mine.edl")
    assert reply.failed and "outside" in reply.text
    assert not (tmp_path / "mine.edl").exists()


def test_a_shot_is_made_from_what_is_on_the_table_and_found_afterwards(
    talked_of: Library, starter_store: ModelStore, tmp_path: Path
) -> None:
    shutil.copytree(talked_of.folder, tmp_path / "library")  # the shared one is not written to
    library = Library(Settings(library=tmp_path / "library"), starter_store)
    talk = Conversation(library, None, tmp_path, answering(True))
    assert "find a moment first" in say(talk, "animate it").text
    say(talk, "clips of bicycles")
    reply = say(talk, "animate it, 1 s")
    assert not reply.failed, reply.text
    assert "it is in the library; an animatic, not a generated shot" in reply.text
    assert reply.made[0].exists()
    found = library.search("source:synthetic").moments
    assert [moment.path for moment in found] == [reply.made[0]]


def test_no_shot_is_made_without_leave(talk: Conversation, tmp_path: Path) -> None:
    say(talk, "clips of bicycles")
    assert "not approved" in say(talk, "animate it").text
    assert not list(tmp_path.iterdir())


def test_a_step_is_told_when_it_begins_not_when_it_is_over(
    talked_of: Library, tmp_path: Path
) -> None:
    async def follow() -> Event:
        seen = asyncio.Event()

        async def approve(request: Request) -> bool:
            del request
            await asyncio.wait_for(seen.wait(), 20)
            return False

        talk = Conversation(talked_of, None, tmp_path, approve)
        async for _ in talk.turn("clips of bicycles", Job()):
            pass
        async for event in talk.turn("animate it", Job()):
            if isinstance(event, StepBegan) and event.tool == "generate":
                seen.set()
        return event

    reply = asyncio.run(follow())
    assert isinstance(reply, Reply) and "not approved" in reply.text


def test_a_turn_that_is_stopped_leaves_what_is_on_the_table(
    talked_of: Library, tmp_path: Path
) -> None:
    job, model = Job(), Scripted("word " * 100, plans=True)
    talk = with_model(talked_of, tmp_path, model)
    talk.table = Table(parse("bicycles"), talked_of.search("bicycles").moments)
    model.before_each = job.cancel
    assert say(talk, BUDGET, job).stopped
    assert say(talk, "the first one").moments


# Models that plan


def test_a_larger_model_plans_by_itself(talked_of: Library, tmp_path: Path) -> None:
    model = Scripted(
        '{"tool": "search", "arguments": {"query": "marketing budget", "limit": 3}}',
        '{"tool": "read", "arguments": {"path": "plan.md"}}',
        '{"tool": "answer", "arguments": {}}',
        "The marketing budget for Q3 is set at 48,000 euros [1].",
        plans=True,
    )
    reply = say(with_model(talked_of, tmp_path, model), BUDGET)
    assert [step.tool for step in reply.steps] == ["search", "read", "read"]
    assert reply.text == "The marketing budget for Q3 is set at 48,000 euros. [1]"


def test_a_larger_model_is_asked_what_a_leaning_question_means(
    talked_of: Library, tmp_path: Path
) -> None:
    end = '{"tool": "answer", "arguments": {}}'
    model = Scripted(end, "", end, "", plans=True)
    talk = with_model(talked_of, tmp_path, model)
    say(talk, "what did marketing cost in the third quarter?")
    asked_before = len(model.asked)
    say(talk, "and in the second quarter?")
    planned = model.asked[asked_before]
    assert "what did marketing cost in the second quarter?" in planned[1].text


def test_a_plan_ends_after_six_steps(talked_of: Library, tmp_path: Path) -> None:
    search = '{"tool": "search", "arguments": {"query": "marketing budget"}}'
    model = Scripted(*[search] * 9, plans=True)
    reply = say(with_model(talked_of, tmp_path, model), BUDGET)
    assert len(reply.steps) == 6


@pytest.mark.parametrize(
    "reply",
    [
        "I would search for it.",
        '{"tool": "format_disk", "arguments": {}}',
        '{"tool": "search", "arguments": {"words": 3}}',
        '{"tool": "read", "arguments": {"path": "/etc/passwd"}}',
    ],
)
def test_a_plan_that_is_none_leads_to_an_answer_all_the_same(
    talked_of: Library, tmp_path: Path, reply: str
) -> None:
    end = '{"tool": "answer", "arguments": {}}'
    model = Scripted(reply, end, "", plans=True)
    assert "48,000" in say(with_model(talked_of, tmp_path, model), BUDGET).text
