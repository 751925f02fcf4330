"""`rushes ask` as a user runs it."""

import json
import re

from tests.tui.home import Home

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


def test_answers_with_its_source(used: Home) -> None:
    done = used.run("ask", "when does the ferry leave?")
    assert done.returncode == 0, done.stderr
    assert "a quarter past seven" in done.stdout
    assert "[1] harbour.txt" in done.stdout
    assert "search" in done.stderr  # what was done on the way is not part of the answer


def test_gives_one_document_of_what_it_did(used: Home) -> None:
    done = used.run("ask", "where does the owl nest?", "--json")
    answer = json.loads(done.stdout)
    (source,) = answer["citations"]
    assert sorted(source) == ["end_s", "n", "page", "path", "quote", "start_s"]
    assert "church tower" in source["quote"] and "[1]" in answer["answer"]
    assert [step["tool"] for step in answer["steps"]] == ["search", "read"]


def test_says_so_when_the_files_do_not_answer(used: Home) -> None:
    done = used.run("ask", "what is the phone number of the plumber?")
    assert done.returncode == 0
    assert done.stdout.startswith("I found nothing in your library that answers this.")


def test_without_a_model_the_source_is_quoted(used: Home) -> None:
    done = used.run("ask", "when does the ferry leave?", RUSHES_LANGUAGE="none")
    assert (
        "“The ferry leaves the harbour at a quarter past seven, fog or no fog.” [1]" in done.stdout
    )


def test_a_model_that_cannot_be_used_is_named_and_done_without(used: Home) -> None:
    done = used.run("ask", "when does the ferry leave?", RUSHES_LANGUAGE_MODEL="/none/x.gguf")
    assert done.returncode == 0 and "a quarter past seven" in done.stdout
    assert "/none/x.gguf" in done.stderr and "Traceback" not in done.stderr


def test_a_conversation_goes_line_by_line(used: Home) -> None:
    talk = (
        "clips of bicycles\nthe second one, but longer\nthe ninth one\nwhere does the owl nest?\n"
    )
    done = used.run("ask", stdin=talk)
    assert done.returncode == 0, done.stderr
    assert "bikes.mp4" in done.stdout and "is " in done.stdout and "church tower" in done.stdout
    assert "there is no number 9" in done.stderr


def test_nothing_of_a_file_reaches_the_terminal_but_letters(used: Home) -> None:
    done = used.run("ask", "where does the owl nest?")
    assert not _CONTROL.search(done.stdout + done.stderr)
    assert "[red]x[red] [link=y].txt" in done.stdout  # the file's name, not a colour


def test_without_a_library_says_what_to_do(empty: Home) -> None:
    done = empty.run("ask", "what is the budget?")
    assert done.returncode == 1
    assert "rushes index FOLDER" in done.stderr and "Traceback" not in done.stderr
