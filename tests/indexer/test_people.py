"""Who counts in a picture: worked out on boxes and faces, seen on real pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from indexer.embed.detector import Detector
from indexer.embed.recogniser import Recogniser
from indexer.people import PERSON, Area, Box, Face, people_of
from indexer.segments import Image
from rushes.models import ModelStore, load_catalogue

BIRD, DOG = 16, 18


@pytest.fixture(scope="module")
def detector(starter_store: ModelStore) -> Detector:
    folders = [load_catalogue().get(each) for each in ("labels-and-objects", "blazeface")]
    return Detector(*(starter_store.path(model) for model in folders))


def picture(folder: Path, name: str) -> Image:
    with Pillow.open(folder / "pictures" / name) as file:
        file.seek(getattr(file, "n_frames", 1) // 2)
        return np.asarray(file.convert("RGB"), np.uint8)


def person(
    left: float, top: float, right: float, bottom: float, score: float = 0.9, coco_id: int = PERSON
) -> Box:
    return Box(left, top, right, bottom, coco_id, score)


def test_overlap_is_intersection_over_union() -> None:
    # Two unit squares, half over one another: 0.5 of 1.5.
    assert Area(0, 0, 1, 1).overlap(Area(0.5, 0, 1.5, 1)) == pytest.approx(1 / 3)
    assert Area(0, 0, 1, 1).overlap(Area(2, 2, 3, 3)) == 0
    assert Area(0, 0, 1, 1).overlap(Area(0, 0, 1, 1)) == pytest.approx(1)


def test_nobody_is_no_people() -> None:
    crowd = people_of([person(0.1, 0.1, 0.9, 0.9, coco_id=DOG)], [])
    assert crowd.count == 0
    assert crowd.bodies == () and crowd.faces == ()


def test_a_body_and_its_face_are_one() -> None:
    crowd = people_of([person(0.2, 0.1, 0.8, 1)], [Face(0.4, 0.2, 0.6, 0.4, 0.9)])
    assert crowd.count == 1


def test_two_faces_in_one_box_are_two_people() -> None:
    faces = [Face(0.3, 0.2, 0.45, 0.35, 0.9), Face(0.55, 0.2, 0.7, 0.35, 0.9)]
    assert people_of([person(0.2, 0.1, 0.8, 1)], faces).count == 2


def test_a_face_without_a_body_counts_if_it_is_sure() -> None:
    body = person(0.0, 0.1, 0.4, 1)
    assert people_of([body], [Face(0.7, 0.2, 0.9, 0.4, 0.8)]).count == 2
    assert people_of([body], [Face(0.7, 0.2, 0.9, 0.4, 0.46)]).count == 1


def test_a_doubtful_body_counts_with_a_face_only() -> None:
    body = person(0.2, 0.1, 0.8, 1, score=0.45)
    assert people_of([body], []).count == 0
    assert people_of([body], [Face(0.4, 0.2, 0.6, 0.4, 0.46)]).count == 1


def test_a_dog_taken_for_a_person_too_is_a_dog() -> None:
    dog = person(0.2, 0.2, 0.8, 0.9, score=0.9, coco_id=DOG)
    crowd = people_of([person(0.2, 0.2, 0.8, 0.9, score=0.6), dog], [Face(0.4, 0.3, 0.6, 0.5, 0.7)])
    assert crowd.count == 0


def test_passers_by_far_behind_do_not_count_but_a_crowd_does() -> None:
    passers = [person(x, 0.4, x + 0.05, 0.6) for x in (0.0, 0.1, 0.9)]
    assert people_of([person(0.3, 0, 0.7, 1), *passers], []).count == 1
    assert people_of(passers, []).count == 3


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("api_krea2_t2i-1.webp", 1),  # a woman with sunglasses, on orange
        ("image_chroma_text_to_image-1.webp", 0),  # a leopard
        ("utility-topaz_landscape_upscaler-1.webp", 0),
        ("utility-gan_upscaler-1.webp", 0),  # two parrots
        ("utility_hitpaw_video_enhance-1.webp", 2),  # a man with a child on his shoulders
        ("video_ltx2_t2v_distilled-1.webp", 2),  # one of two men is seen from behind
        ("api_magnific_image_upscale_creative-1.webp", 4),  # a woman before a crowd
    ],
)
def test_people_of_real_pictures_are_counted(
    detector: Detector, demo_media: Path, name: str, people: int
) -> None:
    assert detector.detect(picture(demo_media, name)).people == people


def test_a_face_is_found_where_it_is(detector: Detector, demo_media: Path) -> None:
    (face,) = detector.detect(picture(demo_media, "video_ltx2_i2v-1.webp")).faces
    # The woman's brows are a quarter down the square picture, her chin is three quarters down.
    assert face.overlap(Area(0.2, 0.24, 0.7, 0.74)) > 0.8


def test_the_recogniser_tells_objects_labels_and_people_of_one_picture(
    starter_store: ModelStore, demo_media: Path
) -> None:
    folders = [load_catalogue().get(each) for each in ("labels-and-objects", "blazeface")]
    recogniser = Recogniser(*(starter_store.path(model) for model in folders))
    seen = recogniser.recognise(picture(demo_media, "utility-gan_upscaler-1.webp"))
    assert np.argmax(seen.labels) == 88  # a macaw, in ImageNet's order
    birds = [box.score for box in seen.detected.boxes if box.coco_id == BIRD]
    assert seen.objects[BIRD] == max(birds) > 0.9
    assert len([score for score in birds if score > 0.8]) == 2
    assert seen.detected.people == 0


def test_without_the_face_detector_bodies_are_counted(
    starter_store: ModelStore, demo_media: Path
) -> None:
    bodies = Detector(starter_store.path(load_catalogue().get("labels-and-objects")), None)
    found = bodies.detect(picture(demo_media, "api_krea2_t2i-1.webp"))
    assert (found.people, found.faces) == (1, ())


def test_without_the_objects_faces_are_counted(starter_store: ModelStore, demo_media: Path) -> None:
    faces = Detector(None, starter_store.path(load_catalogue().get("blazeface")))
    found = faces.detect(picture(demo_media, "video_ltx2_i2v-1.webp"))
    assert (found.people, found.boxes) == (1, ())
    assert found.size is not None


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 2000, 3), (2160, 200, 3)])
def test_an_empty_picture_of_any_shape_shows_nobody(
    detector: Detector, shape: tuple[int, int, int]
) -> None:
    found = detector.detect(np.full(shape, 40, np.uint8))
    assert (found.people, found.size) == (0, None)


def test_a_face_keeps_its_place_in_a_wide_picture(detector: Detector, demo_media: Path) -> None:
    woman = picture(demo_media, "video_ltx2_i2v-1.webp")
    height, width = woman.shape[:2]
    wide = np.zeros((height, 2 * width, 3), np.uint8)
    wide[:, width:] = woman
    (face,) = detector.detect(wide).faces
    assert face.overlap(Area(0.6, 0.24, 0.85, 0.74)) > 0.7
