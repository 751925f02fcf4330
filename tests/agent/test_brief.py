"""Lists of shots that a model writes, and what becomes of those that are none."""

import json

import pytest

from agent.brief import brief
from rushes.errors import Cancelled
from rushes.facts import ShotSize
from rushes.jobs import Job
from tests.fakes.planner import Planner

SHOTS = [
    {"shows": "wet street at dawn", "size": "extreme-wide", "seconds": 6},
    {"shows": "umbrellas\x1b[2J", "size": "close-up", "seconds": 4},
]
BY_CODE = [line.text for line in brief("a rainy city, 20 seconds").lines]


def test_a_list_of_a_model_that_plans_is_scaled_to_the_length() -> None:
    model = Planner(json.dumps({"shots": SHOTS}))
    script = brief("a film about a rainy city, 20 seconds", model)
    assert model.asked == ["rainy city"]
    assert [(line.text, line.seconds) for line in script.lines] == [
        ("wet street at dawn", 12.0),
        ("umbrellas[2J", 8.0),
    ]
    assert ShotSize.WIDE in script.lines[0].sizes and ShotSize.CLOSE_UP in script.lines[1].sizes
    assert {line.instead for line in script.lines} == {"rainy city"}


def test_more_shots_than_seconds_are_cut_to_one_a_second() -> None:
    model = Planner(json.dumps({"shots": SHOTS * 20}))
    script = brief("a rainy city, 10 seconds", model)
    assert [line.seconds for line in script.lines] == [1.0] * 10


@pytest.mark.parametrize(
    "reply",
    ["", "Sure! Here are some shots:", '{"shots": []}', '{"shots": [{"shows": "x"}]}', "[" * 5000],
)
def test_what_is_no_list_is_replaced_by_one_made_by_code(reply: str) -> None:
    script = brief("a rainy city, 20 seconds", Planner(reply))
    assert [line.text for line in script.lines] == BY_CODE


def test_a_small_model_is_not_asked() -> None:
    model = Planner(json.dumps({"shots": SHOTS}), plans=False)
    assert [line.text for line in brief("a rainy city, 20 seconds", model).lines] == BY_CODE
    assert model.asked == []


def test_it_can_be_stopped() -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        brief("a rainy city", Planner("{}"), job)
