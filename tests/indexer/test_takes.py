"""Near duplicates become takes of the best of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from indexer.likeness import fingerprint
from indexer.takes import Candidate, with_takes
from rushes.facts import Facts
from rushes.moment import Kind, Moment


def scene(seed: int) -> NDArray[np.uint8]:
    """A picture of coarse blobs, another one for each seed."""
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 16, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((640, 360), Image.Resampling.BICUBIC))


def shifted(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.roll(image, 6, axis=1)


def found(name: str, image: NDArray[np.uint8] | None, sharpness: float = 0.5) -> Candidate:
    moment = Moment(
        Path(f"/{name}"), Kind.VIDEO, score=0.1, facts=Facts(sharpness=sharpness, exposure=1.0)
    )
    return Candidate(moment, None if image is None else fingerprint(image))


def names(moments: list[Moment]) -> list[tuple[str, list[str]]]:
    return [(m.path.name, [take.path.name for take in m.takes]) for m in moments]


def test_the_sharpest_take_stands_for_the_others_at_the_first_ones_place() -> None:
    tram, beach = scene(1), scene(2)
    moments = with_takes(
        [
            found("tram-1", tram, sharpness=0.4),
            found("beach", beach),
            found("tram-2", shifted(tram), sharpness=0.9),
            found("tram-3", tram, sharpness=0.1),
        ]
    )
    assert names(moments) == [("tram-2", ["tram-1", "tram-3"]), ("beach", [])]


def test_what_is_by_itself_has_no_takes() -> None:
    tram = scene(1)
    assert names(with_takes([found("a", None), found("b", tram), found("c", None)])) == [
        ("a", []),
        ("b", []),
        ("c", []),
    ]


def test_a_shaking_take_stands_behind_a_steady_one() -> None:
    tram = scene(1)
    shaking = Candidate(
        Moment(Path("/shaking"), Kind.VIDEO, facts=Facts(sharpness=0.6, exposure=1.0, shake=0.9)),
        fingerprint(tram),
    )
    steady = Candidate(
        Moment(Path("/steady"), Kind.VIDEO, facts=Facts(sharpness=0.6, exposure=1.0, shake=0.0)),
        fingerprint(tram),
    )
    assert names(with_takes([shaking, steady])) == [("steady", ["shaking"])]


def test_what_was_made_of_a_film_is_no_take_of_it() -> None:
    tram = scene(1)
    made = Candidate(
        Moment(Path("/made"), Kind.VIDEO, facts=Facts(sharpness=0.9, exposure=1.0, synthetic=True)),
        fingerprint(tram),
    )
    larger = Candidate(replace(made.moment, path=Path("/larger")), made.likeness)
    filmed = [found("filmed", tram), found("again", tram, sharpness=0.1)]
    assert names(with_takes([made, *filmed, larger])) == [
        ("made", ["larger"]),
        ("filmed", ["again"]),
    ]
