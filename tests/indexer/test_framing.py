"""The size of a shot: worked out on faces and bodies, seen on real pictures and footage."""

from pathlib import Path

import av
import numpy as np
import pytest

from indexer.embed.detector import Detector
from indexer.framing import Part, Pose, shot_size
from indexer.people import PERSON, Box, Crowd, Face, people_of
from rushes.facts import ShotSize
from rushes.models import ModelStore, load_catalogue
from tests.indexer.test_people import picture

NOT_SEEN = Part(0.9, 0.05)
CAT, CAR, AEROPLANE = 17, 3, 5


@pytest.fixture(scope="module")
def detector(starter_store: ModelStore) -> Detector:
    folders = [load_catalogue().get(each) for each in ("labels-and-objects", "blazeface")]
    return Detector(*(starter_store.path(model) for model in folders))


def face_of(height: float, middle: float) -> Face:
    return Face(0.4, middle - height / 2, 0.6, middle + height / 2, 0.9)


def size_of(face: Face) -> ShotSize | None:
    return shot_size(people_of([], [face]), [], None, 16 / 9)


def size_of_body(body: Box, pose: Pose | None = None, aspect: float = 1.0) -> ShotSize | None:
    return shot_size(Crowd((body,), (), 1), [body], pose, aspect)


def size_of_thing(coco_id: int, height: float, score: float = 0.9) -> ShotSize | None:
    return shot_size(
        Crowd((), (), 0),
        [Box(0.1, 0.5 - height / 2, 0.9, 0.5 + height / 2, coco_id, score)],
        None,
        1,
    )


@pytest.mark.parametrize(
    ("height", "middle", "size"),
    [
        (1.1, 0.5, ShotSize.EXTREME_CLOSE_UP),
        # What is below a face's middle, in face heights of 0.24 m: 0.7, that is 0.17 m.
        (0.7, 0.5, ShotSize.CLOSE_UP),
        (0.3, 0.4, ShotSize.MEDIUM_CLOSE_UP),  # 2.0 faces, 0.48 m: the chest
        (0.2, 0.3, ShotSize.MEDIUM),  # 3.5 faces, 0.84 m: the hips
        (0.14, 0.2, ShotSize.MEDIUM_WIDE),  # 5.7 faces, 1.37 m: the knees
        (0.1, 0.2, ShotSize.WIDE),  # 8.0 faces, 1.92 m: the ground before the feet
        (0.03, 0.4, ShotSize.EXTREME_WIDE),  # the picture is 8 m high
    ],
)
def test_a_face_is_the_measure_of_what_is_below_it(
    height: float, middle: float, size: ShotSize
) -> None:
    assert size_of(face_of(height, middle)) is size


def test_room_above_a_head_makes_no_shot_wider() -> None:
    # Both are cut 2.4 face heights below the middle of the face.
    assert size_of(face_of(0.2, 0.52)) is ShotSize.MEDIUM_CLOSE_UP
    assert size_of(face_of(0.32, 0.232)) is ShotSize.MEDIUM_CLOSE_UP


def test_a_body_without_a_face_that_fills_the_picture_is_part_of_a_face() -> None:
    assert size_of_body(Box(0, 0, 1, 1, PERSON, 0.9)) is ShotSize.EXTREME_CLOSE_UP


def test_a_figure_far_away_is_an_extreme_wide_shot() -> None:
    assert size_of_body(Box(0.5, 0.7, 0.55, 0.85, PERSON, 0.9)) is ShotSize.EXTREME_WIDE
    assert size_of_body(Box(0.4, 0.2, 0.6, 0.8, PERSON, 0.9)) is ShotSize.WIDE


def test_somebody_turned_away_is_measured_by_the_torso() -> None:
    body = Box(0.2, 0.1, 0.8, 1, PERSON, 0.9)
    # Half the picture is 0.5 m of torso; 0.6 of it lie below the shoulders, and 0.24 m above.
    pose = Pose(Part(0.4, 0.8), Part(0.9, 0.8), NOT_SEEN, NOT_SEEN)
    assert size_of_body(body, pose) is ShotSize.MEDIUM


def test_feet_make_a_wide_shot_and_knees_a_medium_wide_one() -> None:
    body, face = Box(0.2, 0.1, 0.8, 1, PERSON, 0.9), face_of(0.2, 0.2)
    crowd = people_of([body], [face])
    shoulders, hips, knees = Part(0.4, 0.8), Part(0.6, 0.8), Part(0.7, 0.8)
    whole = Pose(shoulders, hips, knees, Part(0.9, 0.8))
    cut = Pose(shoulders, hips, knees, Part(1.1, 0.8))
    assert shot_size(crowd, [body], None, 1) is ShotSize.MEDIUM
    assert shot_size(crowd, [body], cut, 1) is ShotSize.MEDIUM_WIDE
    assert shot_size(crowd, [body], whole, 1) is ShotSize.WIDE


def test_where_nobody_is_the_largest_thing_is_the_measure() -> None:
    assert size_of_thing(CAT, 0.9) is ShotSize.CLOSE_UP  # 0.33 m
    assert size_of_thing(CAT, 0.3) is ShotSize.MEDIUM  # 1 m
    assert size_of_thing(CAR, 0.5) is ShotSize.WIDE  # 3 m
    assert size_of_thing(CAR, 0.1) is ShotSize.EXTREME_WIDE  # 15 m
    assert size_of_thing(AEROPLANE, 0.6) is ShotSize.WIDE  # 8 m, but it is near


def test_without_anything_known_the_size_is_unknown() -> None:
    assert shot_size(Crowd((), (), 0), [], None, 1) is None
    assert size_of_thing(CAR, 0.5, score=0.3) is None


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("api_magnific_skin_enhancer-1.webp", ShotSize.EXTREME_CLOSE_UP),
        ("wan2.1_fun_control-2.webp", ShotSize.CLOSE_UP),
        ("Image_capybara_v0_1_text_to_image-1.webp", ShotSize.MEDIUM_CLOSE_UP),
        ("image_flux2-1.webp", ShotSize.MEDIUM),
        ("Image_capybara_v0_1_image_edit-1.webp", ShotSize.WIDE),
        ("image_flux2_klein_9b_kv_image_edit-1.webp", ShotSize.WIDE),
        ("flux_schnell_full_text_to_image-1.webp", ShotSize.WIDE),  # a car, and nobody
        ("audio_stable_audio_example-1.webp", None),  # a logo
    ],
)
def test_real_pictures_have_the_size_that_an_editor_would_say(
    detector: Detector, demo_media: Path, name: str, size: ShotSize | None
) -> None:
    assert detector.detect(picture(demo_media, name)).size is size


def test_a_man_talking_in_a_car_stays_a_medium_close_up(
    detector: Detector, demo_media: Path
) -> None:
    with av.open(str(demo_media / "footage" / "carphone_pristine.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    found = [detector.detect(np.asarray(frame, np.uint8)) for frame in frames[::30]]
    assert {(each.people, each.size) for each in found} == {(1, ShotSize.MEDIUM_CLOSE_UP)}
