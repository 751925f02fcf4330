"""Text files of every sort, checked against words worked out by hand."""

import json
from pathlib import Path

import pytest

from indexer import passages
from indexer.readers.text import (
    read_code,
    read_csv,
    read_html,
    read_json,
    read_markdown,
    read_text,
)
from indexer.segments import Tools
from rushes.errors import Cancelled
from rushes.jobs import Job
from tests.indexer.read import DocumentReader, notes, refusal, segments, text

ALL = [read_text, read_code, read_markdown, read_html, read_csv, read_json]


@pytest.mark.parametrize(
    ("said", "encoding"),
    [
        ("Der Käse ist heiß, sagt Jürgen.", "utf-8"),
        ("Der Käse ist heiß, sagt Jürgen.", "utf-8-sig"),
        ("Der Käse ist heiß, sagt Jürgen.", "utf-16"),
        ("Der Käse ist heiß, sagt Jürgen.", "utf-16-le"),
        ("Der Käse ist heiß, sagt Jürgen.", "utf-16-be"),
        ("Der Käse ist heiß, sagt Jürgen.", "utf-32"),
        ("Café crème à la française, déjà vu.", "latin-1"),
        ("“Curly quotes” — and £5", "cp1252"),
        ("Привет, как дела? Это письмо о бюджете.", "cp1251"),
        ("Zażółć gęślą jaźń, proszę o budżet na rok.", "cp1250"),
        ("会議は明日です。予算について話します。", "shift_jis"),
        ("中文字符测试内容预算", "gb18030"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, said: str, encoding: str) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes(said.encode(encoding))
    assert text(read_text, file) == said


def test_one_damaged_letter_does_not_spoil_the_others(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes(
        "Größe, Übung, Käse, Öl, süß, Tür, Fuß, Bär, Mär, für, Hör ".encode() + b"\xff"
    )
    assert text(read_text, file).startswith("Größe, Übung, Käse")


def test_paragraphs_lists_and_underlined_headings_are_seen(tmp_path: Path) -> None:
    file = tmp_path / "plan.rst"
    file.write_text(
        "====\nPlan\n====\n\nWe film on\nMonday.\n\n- bring rope\n- bring\n  tape\n\n"
        "Costs\n-----\nVery little.\n"
    )
    found = [(s.heading, s.text) for s in segments(read_text, file)]
    assert found == [
        ("Plan", "Plan\nWe film on Monday.\n- bring rope\n- bring tape"),
        ("Costs", "Costs\nVery little."),
    ]


def test_code_keeps_its_lines_and_indents(tmp_path: Path) -> None:
    file = tmp_path / "cut.py"
    file.write_text("def cut(film):\n    # the sharp one\n    return film[0]\n")
    assert text(read_code, file) == "def cut(film):\n    # the sharp one\n    return film[0]"


def test_markdown_reads_as_its_page_does(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text(
        "---\nauthor: Ana\n---\n# Shoot\nThe *red* [bike](http://x.org/y).\n\n"
        "## Gear\n| item | count |\n|---|---|\n| lens | 2 |\n\n```sh\n# not a heading\nls\n```\n"
    )
    found = [(s.heading, s.text) for s in segments(read_markdown, file)]
    assert found == [
        (None, "author: Ana"),
        ("Shoot", "Shoot\nThe red bike."),
        ("Gear", "Gear\nitem: lens; count: 2\n# not a heading\nls"),
    ]


def test_a_web_page_gives_its_words_and_no_script(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        "<!doctype html><html><head><title>My page</title><style>p{color:red}</style>"
        "<script>alert('no</p>')</script></head><body><h1>The <em>big</em> day</h1>"
        "<p>One&nbsp;two<br>three<p>Fish &amp; chips<ul><li>salt<li>vinegar</ul>"
        "<table><caption>Prices</caption><tr><th>Dish<th>Price<tr><td>Cod<td>9</table>"
        "<img src=x alt='a red boat'><!-- hidden --><noscript>none</noscript></body></html>"
    )
    assert text(read_html, file) == (
        "My page\nThe big day\nOne two three\nFish & chips\nsalt\nvinegar\n"
        "Prices\nDish: Cod; Price: 9\na red boat"
    )


def test_a_web_page_is_believed_about_its_encoding(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes('<meta charset="koi8-r"><p>Привет</p>'.encode("koi8-r"))
    assert text(read_html, file) == "Привет"


@pytest.mark.parametrize("tag", ["<div>", "<table>", "<b>", "<svg>", "<li>x", "<a b=c "])
def test_a_web_page_nested_without_end_is_read_in_no_time(tmp_path: Path, tag: str) -> None:
    file = tmp_path / "deep.html"
    file.write_text("<p>before" + tag * 100_000)
    assert text(read_html, file).startswith("before")


def test_each_row_of_a_table_says_what_it_means(tmp_path: Path) -> None:
    file = tmp_path / "cast.csv"
    file.write_text('Name;Part;Age\n"Ruiz;\nAna";lead;41\nBo;;7\n')
    assert text(read_csv, file) == "Name: Ruiz; Ana; Part: lead; Age: 41\nName: Bo; Age: 7"


def test_a_table_of_numbers_has_no_titles(tmp_path: Path) -> None:
    file = tmp_path / "data.tsv"
    file.write_text("1\t2\n3\t4\n")
    assert text(read_csv, file) == "1 | 2\n3 | 4"


def test_a_quotation_mark_that_never_closes_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    file.write_text('name,part\nAna,"lead\n' + "Bo,extra\n" * 40_000 + "last,one\n")
    assert text(read_csv, file).endswith("last,one")


def test_json_gives_names_and_values(tmp_path: Path) -> None:
    file = tmp_path / "takes.json"
    file.write_text(
        json.dumps({"film": "Rain", "takes": [{"n": 1, "by": "Ana"}, {"n": 2}], "tags": ["a", "b"]})
    )
    assert text(read_json, file) == "film: Rain\nn: 1; by: Ana\nn: 2\ntags: a, b"


def test_json_lines_and_broken_json_are_read_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    file.write_text('{"event": "cut"}\n{"event": "wrap"}\nnot json [[[\n' + "[" * 100_000)
    assert text(read_json, file).startswith("event: cut\nevent: wrap\nnot json [[[")


@pytest.mark.parametrize("reader", ALL)
def test_an_empty_file_says_so(tmp_path: Path, reader: DocumentReader) -> None:
    file = tmp_path / "empty.txt"
    file.touch()
    assert refusal(reader, file) == "it is empty"


@pytest.mark.parametrize("reader", ALL)
def test_a_picture_that_is_called_text_is_refused(tmp_path: Path, reader: DocumentReader) -> None:
    from PIL import Image

    file = tmp_path / "photo.txt"
    Image.effect_noise((64, 64), 90).save(file, "PNG")
    assert "it is not text" in refusal(reader, file)


def test_a_file_that_is_gone_is_a_result(tmp_path: Path) -> None:
    assert refusal(read_text, tmp_path / "gone.txt").startswith("it is gone")


def test_a_very_long_file_is_cut_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passages, "MAX_CHARS", 1000)
    file = tmp_path / "long.log"
    file.write_text("some words\n" * 1000)
    assert 900 < len(text(read_code, file)) <= 1100
    assert notes(read_code, file) == ["long.log: only the first 20 million letters are indexed"]


def test_reading_stops_when_asked_to(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("one\n\ntwo\n")
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        list(read_text(file, Tools(job)))
