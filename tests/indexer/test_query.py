"""The query language: what is read, what is refused, and what is written back."""

import random
import string
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from indexer.filters import FILTERS, HIGH, LOW
from indexer.query import Query, QueryError, parse
from indexer.values import Among, Light, Pixels, Range, Resolution, Source
from indexer.wording import Match, Wording
from rushes.facts import Colour, Move, ShotSize, Sound
from rushes.moment import Kind

NOON = datetime(2026, 3, 1, 12)


def one(value: Any, negated: bool = False) -> tuple[Among[Any], ...]:
    return (Among((value,), negated),)


def error_of(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text, NOON)
    return caught.value


def test_the_first_example_of_the_issue() -> None:
    text = "cyclist in the rain kind:video shot:wide move:pan-left len:3..10 in:2025/Lisbon"
    assert parse(text) == Query(
        words="cyclist in the rain",
        kinds=one(Kind.VIDEO),
        shots=one(ShotSize.WIDE),
        moves=one(Move.PAN_LEFT),
        length_s=one(Range(3.0, 10.0)),
        folders=one("2025/Lisbon"),
    )


def test_the_other_examples_of_the_issue() -> None:
    assert parse('said:"marketing budget"') == Query(said=one(Wording("marketing budget")))
    assert parse('text:"EXIT 24"') == Query(on_screen=one(Wording("EXIT 24")))
    assert parse("after:2025-06-01 fps:>=50 size:>=4k sound:speech -people") == Query(
        created=one(Range(least=date(2025, 6, 1))),
        fps=one(Range(least=50.0)),
        resolutions=one(Range(least=Resolution.UHD)),
        sounds=one(Sound.SPEECH),
        people=one(Range(least=1), negated=True),
    )


@pytest.mark.parametrize(
    "text",
    [
        "what's the 5' board",
        'a 5" screen',
        "at 12:30 sharp",
        "http://x.org/a:b",
        "note: buy milk",
        "C:/footage",
        "-5° outside",
        "a - b",
        "a -- b",
        "--verbose",
        "3:2 crop",
        "people in speech",
        "two..three",
        ":-)",
    ],
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert parse(text) == Query(words=text)


def test_words_keep_their_order_around_filters() -> None:
    assert parse("  red\tkind:image  car\n door ").words == "red car door"


def test_quotes_make_a_phrase_even_of_what_looks_like_a_filter() -> None:
    assert parse('slides "marketing budget" “kind:video”') == Query(
        words="slides", phrases=("marketing budget", "kind:video")
    )


def test_quote_that_is_not_closed_ends_with_the_text() -> None:
    assert parse('said:"the budget for') == Query(said=one(Wording("the budget for")))


def test_doubled_quote_is_a_quote_within_quotes() -> None:
    assert parse('name:"a ""b"" c"') == Query(names=one('a "b" c'))


def test_backslash_makes_a_word_plain() -> None:
    assert parse(r"\kind:video \-people") == Query(words="kind:video -people")


def test_phrase_is_what_an_encoder_gets_too_and_a_filter_is_not() -> None:
    assert parse('slides "the budget" kind:pdf').plain == "slides the budget"


def test_synthetic_is_left_out_like_a_filter_and_is_else_a_word() -> None:
    out = Query("kite", sources=one(Source.SYNTHETIC, negated=True))
    assert parse("kite -synthetic") == parse("kite -source:synthetic") == out
    assert parse("source:Synthetic") == Query(sources=one(Source.SYNTHETIC))
    assert parse("synthetic leather") == Query("synthetic leather")
    assert parse(r"-\synthetic") == Query(without=(Wording("synthetic", Match.WORD),))
    assert "source:camera is no source" in str(error_of("source:camera"))


def test_only_a_query_without_words_and_filters_is_empty() -> None:
    assert parse(" \t ").is_empty
    assert not any(parse(text).is_empty for text in ("a", '"a"', "-a", "kind:pdf", "-people"))


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("shot:ecu", [ShotSize.EXTREME_CLOSE_UP]),
        ("shot:CU,long", [ShotSize.CLOSE_UP, ShotSize.WIDE]),
        ('shot:"Medium wide"', [ShotSize.MEDIUM_WIDE]),
        ("shot:close", [ShotSize.CLOSE_UP]),
        ("move:tilt", [Move.TILT_UP, Move.TILT_DOWN]),
        ("move:moving", list(Move)[1:]),
        ("color:gray", [Colour.GREY]),
        ("colour:grey,red", [Colour.GREY, Colour.RED]),
        ("light:warm", [Light.WARM]),
        ("Kind:VIDEO", [Kind.VIDEO]),
    ],
)
def test_names_and_their_aliases(text: str, wanted: list[object]) -> None:
    query = parse(text)
    fields = (query.kinds, query.shots, query.moves, query.colours, query.lights)
    asked: list[Among[Any]] = [among for field in fields for among in field]
    assert [list(among.values) for among in asked] == [wanted]


def test_further_filter_of_one_name_is_a_further_condition() -> None:
    assert parse("colour:red colour:blue,green").colours == (
        Among((Colour.RED,)),
        Among((Colour.BLUE, Colour.GREEN)),
    )


def test_minus_turns_a_filter_round() -> None:
    assert parse("-in:proxies") == Query(folders=one("proxies", negated=True))
    assert parse("-speech") == parse("-sound:speech")
    assert parse("-people") == parse("-people:yes")


def test_minus_before_a_word_or_phrase_leaves_it_out() -> None:
    assert parse('bird -seagull -"in a cage"') == Query(
        words="bird", without=(Wording("seagull", Match.WORD), Wording("in a cage"))
    )


def test_words_are_asked_for_exactly_or_inflected_or_by_meaning() -> None:
    asked = 'said:"the budget",budget,~"what it costs",~costs'
    assert parse(asked).said[0].values == (
        Wording("the budget", Match.PHRASE),
        Wording("budget", Match.WORD),
        Wording("what it costs", Match.MEANING),
        Wording("costs", Match.MEANING),
    )


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("3..10", Range(3.0, 10.0)),
        ("3..", Range(least=3.0)),
        ("..10", Range(most=10.0)),
        (">=50", Range(least=50.0)),
        ("≥50", Range(least=50.0)),
        (">50", Range(least=50.0, least_included=False)),
        ("<5", Range(most=5.0, most_included=False)),
        ("<=5", Range(most=5.0)),
        (">3..<10", Range(3.0, 10.0, False, False)),
        ("50", Range(50.0, 50.0)),
        ("90s", Range(90.0, 90.0)),
        ("2m", Range(120.0, 120.0)),
        ("1m30", Range(90.0, 90.0)),
        ("1:30", Range(90.0, 90.0)),
        ("1h30", Range(5400.0, 5400.0)),
        ("10s..1m30s", Range(10.0, 90.0)),
        ("2.5", Range(2.5, 2.5)),
    ],
)
def test_lengths(text: str, wanted: Range[float]) -> None:
    assert parse(f"len:{text}").length_s == one(wanted)


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("after:2025", Range(least=date(2025, 1, 1))),
        ("after:2025-06", Range(least=date(2025, 6, 1))),
        ("before:2025-06", Range(most=date(2025, 6, 1), most_included=False)),
        ("on:2024-02", Range(date(2024, 2, 1), date(2024, 2, 29))),
        ("on:2025", Range(date(2025, 1, 1), date(2025, 12, 31))),
        ("on:today", Range(date(2026, 3, 1), date(2026, 3, 1))),
        ("after:yesterday", Range(least=date(2026, 2, 28))),
        ("on:2024..2025-06", Range(date(2024, 1, 1), date(2025, 6, 30))),
        ("on:>2025", Range(least=date(2025, 12, 31), least_included=False)),
    ],
)
def test_dates(text: str, wanted: Range[date]) -> None:
    assert parse(text, NOON).created == one(wanted)


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("hd", Range(Resolution.HD, Resolution.HD)),
        ("fullhd..uhd", Range(Resolution.FULL_HD, Resolution.UHD)),
        ("<2160p", Range(most=Resolution.UHD, most_included=False)),
        ("1920x1080", Range(Pixels(1920, 1080), Pixels(1920, 1080))),
    ],
)
def test_picture_sizes(text: str, wanted: Range[Any]) -> None:
    assert parse(f"size:{text}").resolutions == one(wanted)


def test_measures_have_words_for_their_thirds() -> None:
    assert parse("sharp:high").sharpness == one(Range(HIGH, 1.0))
    assert parse("shake:low").shake == one(Range(0.0, LOW, most_included=False))
    assert parse("motion:>=medium").motion == one(Range(least=LOW))
    assert parse("exposure:0.5..0.75").exposure == one(Range(0.5, 0.75))


def test_people_are_counted() -> None:
    assert parse("people:2..").people == one(Range(least=2))
    assert parse("people:yes").people == one(Range(least=1))
    assert parse("people:no").people == one(Range(0, 0))


def test_error_shows_where_and_what_is_allowed() -> None:
    text = "cyclist in rain move:pan-lft"
    error = error_of(text)
    assert text[error.position :][: error.length] == "pan-lft"
    assert str(error).startswith(
        "move:pan-lft is no camera move (at character 22): use static, pan-left, pan-right,"
    )


def test_error_points_at_the_one_bad_value_among_good_ones() -> None:
    text = 'kind:video,"moving picture",pdf'
    error = error_of(text)
    assert text[error.position :][: error.length] == '"moving picture"'


@pytest.mark.parametrize("text", ["foo:bar", "-foo:bar", "knid:video", "shots2:x", "été:x"])
def test_unknown_filter_is_told_which_there_are(text: str) -> None:
    error = error_of(text)
    assert text[error.position :][: error.length] == text.strip("-").split(":")[0]
    assert all(name in str(error) for name in FILTERS)


@pytest.mark.parametrize(
    "text, told",
    [
        ("kind: video", "kind: has no value"),
        ("kind:video,", "kind: has no value"),
        ("len:10..3", "nothing is in this range"),
        ("len:3..3..3", "len:3..3..3 is no length"),
        ("len:soon", "1m30"),
        ("len:-3", "len:-3 is no length"),
        ("on:2025-13", "month"),
        ("on:2025-02-30", "day"),
        ("after:june", "2025-06-01"),
        ("sharp:2", "low, medium, high"),
        ("size:big", "1080p"),
        ("size:0x5", "pixels"),
        ("people:many", "yes, no"),
        ("shot:tiny", "ecu cu mcu".replace(" ", ", ")),
        ("fps:>=", "a range"),
        ("fps:1e3", "a range"),
        ('said:"?!"', "no word"),
        ("-said:~costs", "a meaning cannot be left out"),
    ],
)
def test_bad_values_are_refused(text: str, told: str) -> None:
    assert told in str(error_of(text))


@pytest.mark.parametrize("name", FILTERS)
def test_errors_are_one_short_line_without_what_is_not_to_be_shown(name: str) -> None:
    for value in ("x" * 900, "\x1b[31m\u202eevil", "¿\ud800?" * 100):
        try:
            parse(f"-{name}:{value} {name}:{value}")
        except QueryError as error:
            assert len(str(error)) < 300
            assert str(error).isprintable()
            assert "x" * 41 not in str(error)


def test_megabyte_is_refused() -> None:
    assert "1000000 characters" in str(error_of("a" * 1_000_000))


@pytest.mark.parametrize(
    "piece",
    ["a ", "a: ", '"', "“", '"a" ', "\\", "-", "-a ", 'a"', "a:", "kind:", "kind:pdf,", "in:a "]
    + ["len:1", "label:*a", "said:\u0301", "\x00 ", "1.", "fps:9", "~", "on:2..2"],
)
def test_ten_thousand_characters_are_read_or_refused(piece: str) -> None:
    for text in ((piece * 10_000)[:10_000], piece + piece[-1] * (10_000 - len(piece))):
        try:
            assert parse(str(parse(text))) == parse(text)
        except QueryError as error:
            assert len(str(error)) < 300


def test_hundred_filters_are_enough() -> None:
    assert len(parse("-a " * 100).without) == 100
    assert "more than 100 filters (at character 301)" in str(error_of("-a " * 101))
    assert "more than 100 filters" in str(error_of("kind:" + "pdf," * 101))


def test_control_characters_are_not_in_words() -> None:
    assert parse("re\x00d \x1b[1mcar\u202e").words == "red [1mcar"


def random_query(rng: random.Random) -> Query:
    letters = string.ascii_letters + string.digits + " \t:-\"'“”\\,~*./<>=éß予算\u0301\x00°"

    def text() -> str:
        return "".join(rng.choices(letters, k=rng.randint(1, 12)))

    def wording() -> Wording:
        match = rng.choice(list(Match))
        return Wording(text() + rng.choice("ab5"), match)

    def many(values: Any) -> tuple[Among[Any], ...]:
        count = rng.choice((0, 0, 0, 1, 1, 2))
        return tuple(
            Among(tuple(values() for _ in range(rng.randint(1, 3))), rng.random() < 0.3)
            for _ in range(count)
        )

    def between(bound: Any) -> Any:
        def made() -> Range[Any]:
            while True:
                least, most = (rng.choice((bound(), None)) for _ in range(2))
                try:
                    return Range(least, most, rng.random() < 0.5, rng.random() < 0.5)
                except ValueError:
                    continue

        return made

    def number() -> float:
        return rng.choice((rng.uniform(0, 1e-5), rng.uniform(0, 1e9), float(rng.randint(0, 9))))

    def words() -> tuple[Among[Any], ...]:
        return tuple(
            Among(among.values)
            if any(each.match is Match.MEANING for each in among.values)
            else among
            for among in many(wording)
        )

    return Query(
        words=rng.choice((text(), "-people", "kind:pdf", "\\", "-", "foo:bar", "rain -in here")),
        phrases=tuple(text() + "a" for _ in range(rng.randint(0, 2))),
        without=tuple(w for _ in range(3) if (w := wording()).match is not Match.MEANING)
        + (Wording("speech", Match.WORD), Wording("5", Match.WORD)),
        kinds=many(lambda: rng.choice(list(Kind))),
        shots=many(lambda: rng.choice(list(ShotSize))),
        moves=many(lambda: rng.choice(list(Move))),
        sounds=many(lambda: rng.choice(list(Sound))),
        colours=many(lambda: rng.choice(list(Colour))),
        lights=many(lambda: rng.choice(list(Light))),
        length_s=many(between(number)),
        people=many(between(lambda: rng.randint(0, 5))),
        created=many(between(lambda: date.fromordinal(rng.randint(1, date.max.toordinal())))),
        fps=many(between(number)),
        resolutions=many(between(lambda: rng.choice((*Resolution, Pixels(rng.randint(1, 9), 5))))),
        folders=many(lambda: text() + "x"),
        names=many(lambda: text() + "x"),
        sources=many(lambda: Source.SYNTHETIC),
        sharpness=many(between(rng.random)),
        motion=many(between(rng.random)),
        labels=many(lambda: text() + "x"),
        said=words(),
        on_screen=words(),
        written=words(),
    )


def test_any_query_is_read_back_as_it_was_written() -> None:
    rng = random.Random(7)
    for _ in range(500):
        query = random_query(rng)
        assert parse(str(query)) == query, str(query)


def test_any_text_is_refused_or_read_the_same_again() -> None:
    rng = random.Random(8)
    pieces = [*'"“”\\-~,:. <>=*', "a", "5", "kind", "pdf", "said", "len", "3", "..", "people"]
    read = 0
    for _ in range(5000):
        text = "".join(rng.choices(pieces, k=rng.randint(1, 12)))
        try:
            query = parse(text, NOON)
        except QueryError as error:
            assert 0 <= error.position <= error.position + error.length <= len(text)
            continue
        read += 1
        assert parse(str(query)) == query, text
    assert read > 1000


def test_agent_builds_a_query_from_json() -> None:
    adapter = TypeAdapter(Query)
    query = adapter.validate_json(
        '{"words": "rain", "shots": [{"values": ["wide"]}],'
        ' "created": [{"values": [{"least": "2025-06-01"}]}],'
        ' "said": [{"values": [{"text": "the budget"}], "negated": true}]}'
    )
    assert query == parse('rain shot:wide after:2025-06-01 -said:"the budget"')
    assert adapter.validate_json(adapter.dump_json(query)) == query
    for bad in ('{"shots": [{"values": []}]}', '{"fps": [{"values": [{"least": -1}]}]}'):
        with pytest.raises(ValidationError):
            adapter.validate_json(bad)
