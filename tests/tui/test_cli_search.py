"""Searching from the command line, and measuring it."""

import json
from pathlib import Path

from PIL import Image

from tests.tui.home import MARKUP, Home, found, only_line

RESULT_KEYS = [
    "path",
    "also_at",
    "kind",
    "start_s",
    "end_s",
    "page",
    "score",
    "senses",
    "reasons",
    "text",
    "thumbnail",
    "facts",
    "takes",
]


def test_search_in_json_is_one_document_with_the_promised_keys(used: Home) -> None:
    done = used.run("search", "a leopard", "--kind", "image", "--json")
    moments = found(done)
    assert moments and all(list(moment) == RESULT_KEYS for moment in moments)
    best = moments[0]
    assert best["path"] == str(used.media / "IMG_0001.webp")
    assert (best["kind"], best["start_s"], best["page"]) == ("image", None, None)
    assert best["senses"] == ["looks like"]
    assert Path(str(best["thumbnail"])).suffix == ".webp"
    assert Path(str(best["thumbnail"])).is_file()
    scores = [float(str(moment["score"])) for moment in moments]
    assert scores == sorted(scores, reverse=True)
    assert done.stderr == ""


def test_speech_is_found_with_its_time(used: Home) -> None:
    best = found(used.run("search", "fail", "better", "--json"))[0]
    assert best["path"] == str(used.media / "beckett.wav")
    assert best["kind"] == "audio"
    assert "said" in str(best["senses"])
    assert 0 <= float(str(best["start_s"])) < float(str(best["end_s"])) <= 11
    assert "fail better" in str(best["text"]).lower()


def test_search_for_a_person_shows_name_time_sense_and_words(used: Home) -> None:
    done = used.run("search", "fail better", "--limit", "1")
    assert done.returncode == 0
    head, words, facts, folder = done.stdout.splitlines()
    assert facts == "    speech"
    assert head.startswith(" 1  beckett.wav  00:00:0")
    assert "  said 1 (fail, better)" in head
    assert "fail better" in words.lower()
    assert str(used.media.name) in folder


def test_a_film_has_time_codes(used: Home) -> None:
    done = used.run("search", "people riding bicycles", "--kind", "video", "--limit", "1")
    head = done.stdout.splitlines()[0]
    assert " 1  bikes.mp4  00:00:" in head
    start, end = head.split()[2].split("–")
    assert len(start) == len(end) == len("00:00:00:00")


def test_a_kind_keeps_the_others_out(used: Home) -> None:
    moments = found(used.run("search", "owl", "--kind", "document", "--json"))
    assert [moment["path"] for moment in moments] == [str(used.media / MARKUP)]


def test_nothing_found_is_no_error(used: Home) -> None:
    done = used.run("search", "owl", "--kind", "pdf")
    assert (done.returncode, done.stdout) == (0, "nothing that fits\n")


def test_a_sheet_shows_the_moments(used: Home, tmp_path: Path) -> None:
    sheet = tmp_path / "found.png"
    done = used.run("search", "a leopard", "--kind", "image", "--sheet", sheet)
    assert done.returncode == 0
    assert f"contact sheet: {sheet}" in done.stdout
    with Image.open(sheet) as picture, Image.open(used.media / "IMG_0001.webp") as leopard:
        assert picture.format == "PNG"
        cell = picture.convert("RGB").crop((12, 12, 332, 192)).resize((8, 8))
        small = leopard.convert("RGB")
        small.thumbnail((320, 180))
        shown = Image.new("RGB", (320, 180), (39, 39, 42))
        shown.paste(small, ((320 - small.width) // 2, (180 - small.height) // 2))
        pairs = zip(cell.tobytes(), shown.resize((8, 8)).tobytes(), strict=True)
        assert max(abs(a - b) for a, b in pairs) < 25


def test_a_sheet_that_cannot_be_written_is_one_line(used: Home, tmp_path: Path) -> None:
    sheet = tmp_path / "gone/found.png"
    done = used.run("search", "a leopard", "--sheet", sheet)
    assert done.returncode == 1
    assert str(sheet) in only_line(done.stderr)


def test_a_sheet_replaces_no_file_unless_it_is_to(used: Home, tmp_path: Path) -> None:
    sheet = tmp_path / "mine.png"
    sheet.write_bytes(b"mine")
    refused = used.run("search", "a leopard", "--sheet", sheet)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "it is there already (--force replaces it)" in only_line(refused.stderr)
    assert sheet.read_bytes() == b"mine"
    assert used.run("search", "a leopard", "--sheet", sheet, "--force").returncode == 0
    assert sheet.read_bytes() != b"mine"
    odd = used.run("search", "a leopard", "--sheet", tmp_path / "found.jpg")
    assert odd.returncode == 2 and "ending in .png" in only_line(odd.stderr)


def test_filters_and_words_mix(used: Home) -> None:
    assert found(used.run("search", "kind:video move:pan", "--json"))
    moments = found(used.run("search", "people kind:video -kind:video", "--json"))
    assert moments == []


def test_a_bad_filter_says_where_and_what_is_allowed(used: Home) -> None:
    done = used.run("search", "bicycle move:sideways")
    assert (done.returncode, done.stdout) == (2, "")
    assert "move:sideways is no camera move (at character 14): use static, pan-left" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_asked_is_one_sentence(used: Home) -> None:
    done = used.run("search")
    assert done.returncode == 2
    assert "nothing is asked for" in done.stderr


def test_a_picture_finds_itself_first(used: Home) -> None:
    picture = used.media / "IMG_0001.webp"
    moments = found(used.run("search", "--like", picture, "--json"))
    assert moments[0]["path"] == str(picture)
    gone = used.run("search", "--like", used.media / "gone.jpg")
    assert gone.returncode == 1 and "gone.jpg" in gone.stderr


def test_judgements_are_written_and_asked(used: Home, tmp_path: Path) -> None:
    questions = tmp_path / "mine.json"
    wrote = used.run("eval", questions, "--write", "fail better", "--up", "beckett.wav")
    assert wrote.returncode == 0
    assert "1 right and 0 wrong for 'fail better'" in wrote.stdout
    done = used.run("eval", questions)
    assert done.returncode == 0, done.stderr
    first = next(line.split() for line in done.stdout.splitlines() if line.startswith("all "))
    assert first[:6] == ["all", "all", "1", "1.00", "1.00", "1.00"]
    scores = json.loads(used.run("eval", questions, "--json").stdout)["scores"]
    assert scores["all"]["any"]["first"] == 1.0
    assert scores["only looks"]["any"]["first"] == 0.0


def test_an_evaluation_without_questions_is_one_sentence(used: Home, tmp_path: Path) -> None:
    done = used.run("eval", tmp_path / "none.json")
    assert done.returncode == 1
    assert "cannot read" in done.stderr
    assert used.run("eval", tmp_path / "x.json", "--write", "words").returncode == 2
