"""A stage: what waits goes through together, and comes out as if it had gone alone."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from indexer.pulse import Pulse
from indexer.rows import IndexedFile, frame_rows, segment_rows
from indexer.scan import scan
from indexer.setup import Setup
from indexer.stage import Stage
from rushes.errors import Cancelled, ModelMissing
from rushes.jobs import Job
from tests.indexer.test_engine import setup as setup  # a fixture


def nothing() -> None:
    """No one asks to stop."""


def test_what_waits_goes_together_but_no_more_than_fits() -> None:
    begun, go_on = threading.Event(), threading.Event()
    batches: list[Sequence[int]] = []

    def double(things: Sequence[int]) -> list[int]:
        batches.append(list(things))
        begun.set()
        go_on.wait()
        return [2 * each for each in things]

    stage = Stage("double", double, at_once=3, waiting=10)
    futures = [stage.put(0, nothing)]
    begun.wait()
    futures += [stage.put(each, nothing) for each in range(1, 6)]
    go_on.set()
    assert [each.result() for each in futures] == [0, 2, 4, 6, 8, 10]
    assert batches == [[0], [1, 2, 3], [4, 5]]


def test_who_brings_more_than_may_wait_is_held_up_and_can_be_stopped() -> None:
    begun, never = threading.Event(), threading.Event()

    def stuck(things: Sequence[int]) -> Sequence[int]:
        begun.set()
        never.wait()
        return things

    stage = Stage("stuck", stuck, at_once=1, waiting=1)
    stage.put(1, nothing)
    begun.wait()
    stage.put(2, nothing)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        stage.put(3, job.check_cancelled)
    never.set()


def test_one_that_fails_does_not_fail_those_beside_it() -> None:
    ready = threading.Event()

    def invert(things: Sequence[int]) -> list[float]:
        ready.wait()
        return [1 / each for each in things]

    stage = Stage("invert", invert, at_once=8, waiting=8)
    futures = [stage.put(each, nothing) for each in (1, 2, 0, 4)]
    ready.set()
    assert [futures[i].result() for i in (0, 1, 3)] == [1.0, 0.5, 0.25]
    with pytest.raises(ZeroDivisionError):
        futures[2].result()


def test_a_model_that_cannot_run_fails_all() -> None:
    def missing(things: Sequence[int]) -> Sequence[int]:
        raise ModelMissing("no model")

    with pytest.raises(ModelMissing):
        Stage("missing", missing, at_once=2, waiting=2).put(1, nothing).result()


def test_files_embedded_together_have_the_rows_that_they_have_alone(
    setup: Setup, tmp_path: Path
) -> None:
    for number in range(6):
        things = " ".join(["ferry", "owl", "tide", "windmill"][: 1 + number % 4])
        (tmp_path / f"note {number}.txt").write_text(f"Note {number} of the {things}.")
    for name, colour in (("red", (200, 30, 30)), ("blue", (20, 40, 190))):
        Image.new("RGB", (96, 64), colour).save(tmp_path / f"{name}.png")
    found = list(scan(tmp_path, tmp_path / "none", nothing))
    line = setup.line()
    unfinished = [line.read(each, Pulse(Job())) for each in found]
    together = [finish() for finish in unfinished]
    alone = [line.run(each, Pulse(Job())) for each in found]
    assert len(together) == 8
    assert [told(each) for each in together] == [told(each) for each in alone]
    assert np.allclose(vectors(together), vectors(alone), atol=1e-5)


def told(file: IndexedFile) -> list[dict[str, object]]:
    """A file's rows without its id and its vectors."""
    own = ("asset_id", "thumbnail", "vector")
    rows = (*segment_rows(file), *frame_rows(file))
    return [{name: row[name] for name in row if name not in own} for row in rows]


def vectors(files: Sequence[IndexedFile]) -> NDArray[np.float32]:
    """All of them, one after the other."""
    words = [row.vector for file in files for row in file.segments]
    pictures = [row.vector for file in files for row in file.frames if row.vector is not None]
    return np.concatenate([*words, *pictures])


def test_a_file_that_is_read_waits_for_its_turn() -> None:
    pulse = Pulse(Job())
    assert not pulse.sign.waits
    pulse.wait()
    waiting = pulse.sign
    assert waiting.waits
    pulse.go_ahead()
    assert not pulse.sign.waits and pulse.sign.count > waiting.count
