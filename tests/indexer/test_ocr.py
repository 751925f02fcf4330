"""Reading the words in pictures, on pictures drawn here and with the real models."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from indexer.ocr import Ocr
from indexer.screen_words import ScreenWords
from indexer.segments import Image, Origin
from indexer.textness import may_hold_text, same_text, text_look
from rushes.models import ModelStore, load_catalogue
from tests.media.talk import PAGES, draw_slide

# Of the half of the pictures that did not teach the network (`benchmarks/textness.py`).
WRITTEN = {
    "image_qwen_image-1.webp": "HAPPY HAIR",
    "api_openai_gpt_image_2_image_edit-1.webp": "TECHNICAL ANALYSIS",
    "utility_nanobanana_pro_product_upscale-1.webp": "makeup",
}
BARE = (
    "Image_capybara_v0_1_image_edit-2.webp",
    "Image_capybara_v0_1_text_to_image-1.webp",
    "api_elevenlabs_text_to_sound_effects-1.webp",
    "api_magnific_image_upscale_creative-1.webp",
    "flux_depth_lora_example-2.webp",
    "image_hidream_o1-1.webp",
    "image_qwen_image_instantx_inpainting_controlnet-2.webp",
    "template_rob_realistic_2k_images_quick_variations-2.webp",
)

Draw = Callable[[ImageDraw.ImageDraw], None]


@pytest.fixture(scope="module")
def ocr(tmp_path_factory: pytest.TempPathFactory) -> Ocr:
    model = load_catalogue().get("pp-ocrv6-small")
    return Ocr(ModelStore(tmp_path_factory.mktemp("models")).path(model))


class Counting:
    """Reads for real, and counts how often."""

    def __init__(self, ocr: Ocr) -> None:
        self._ocr = ocr
        self.times = 0

    def read_still(self, image: Image) -> str:
        self.times += 1
        return self._ocr.read_still(image)

    def read_frame(self, image: Image) -> str:
        self.times += 1
        return self._ocr.read_frame(image)

    def read_page(self, image: Image) -> str:
        self.times += 1
        return self._ocr.read_page(image)


def landscape(seed: int = 1, size: tuple[int, int] = (1280, 720)) -> Image:
    """Sky, hills and grain: light and dark at every size, as in a photograph, and no edges."""
    width, height = size
    random = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3), np.float32)
    for cells in (4, 9, 20, 50, 120):
        patches = random.normal(0, 1, (cells, cells * 2, 3)).astype(np.float32)
        light = np.asarray(cv2.resize(patches, size, interpolation=cv2.INTER_CUBIC), np.float32)
        picture += light * 60 / cells**0.5
    picture += np.linspace(150, 60, height)[:, None, None]
    picture += random.normal(0, 4, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def picture(media: Path, name: str) -> Image:
    return np.asarray(PillowImage.open(media / "pictures" / name).convert("RGB"))


def draw(image: Image, on: Draw) -> Image:
    picture = PillowImage.fromarray(image)
    on(ImageDraw.Draw(picture))
    return np.asarray(picture)


def caption(text: str, size: int = 34, y: int = 630) -> Draw:
    def on(canvas: ImageDraw.ImageDraw) -> None:
        font = ImageFont.load_default(size)
        canvas.text((640, y), text, "white", font, "mm", stroke_width=2, stroke_fill="black")

    return on


def test_words_over_a_photograph_are_read(ocr: Ocr) -> None:
    image = draw(landscape(), caption("The permit ends on Friday"))
    assert ocr.read_still(image) == "The permit ends on Friday"


def test_letters_of_two_percent_of_the_picture_are_read(ocr: Ocr) -> None:
    # Capitals of the default font are 0.72 of its size high: 20 makes 14.4 of 720 pixels.
    image = draw(landscape(2), caption("Filmed in Lisbon by Ana", 20))
    assert ocr.read_still(image) == "Filmed in Lisbon by Ana"


def test_a_slide_is_read_line_by_line_without_its_bullets(ocr: Ocr) -> None:
    budget = PAGES[1]
    assert ocr.read_still(draw_slide(budget)).splitlines() == [budget.title, *budget.bullets]


def test_a_label_and_its_value_stay_on_one_line(ocr: Ocr) -> None:
    def on(canvas: ImageDraw.ImageDraw) -> None:
        font = ImageFont.load_default(36)
        for row, (label, value) in enumerate([("Camera", "4200"), ("Sound", "1100")]):
            canvas.text((120, 200 + 90 * row), label, "black", font)
            canvas.text((900, 200 + 90 * row), value, "black", font)

    page = draw(np.full((720, 1280, 3), 250, np.uint8), on)
    assert ocr.read_still(page) == "Camera 4200\nSound 1100"


def test_columns_of_prose_are_read_one_after_the_other(ocr: Ocr) -> None:
    left = ["The divers came back from", "the reef with sad pictures", "of white and dead corals"]
    right = ["A biologist told us that", "they may recover when the", "summer is short and cool"]

    def on(canvas: ImageDraw.ImageDraw) -> None:
        font = ImageFont.load_default(30)
        canvas.text((100, 60), "Coral Reef", "black", ImageFont.load_default(60))
        for row in range(3):
            canvas.text((100, 240 + 50 * row), left[row], "black", font)
            canvas.text((700, 240 + 50 * row), right[row], "black", font)

    page = draw(np.full((720, 1280, 3), 250, np.uint8), on)
    assert ocr.read_still(page).splitlines() == ["Coral Reef", *left, *right]


@pytest.mark.parametrize("size", [(1, 1), (5, 4), (3000, 20), (20, 3000), (640, 480)])
def test_a_picture_without_words_of_any_shape_gives_none(ocr: Ocr, size: tuple[int, int]) -> None:
    assert ocr.read_frame(np.full((size[1], size[0], 3), 200, np.uint8)) == ""
    assert ocr.read_still(np.full((size[1], size[0], 3), 200, np.uint8)) == ""


def test_nothing_reaches_the_terminal(ocr: Ocr, capfd: pytest.CaptureFixture[str]) -> None:
    ocr.read_frame(np.zeros((90, 90, 3), np.uint8))
    ocr.read_frame(draw(landscape(), caption("Quiet please")))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("seed", range(6))
def test_a_photograph_without_words_is_not_worth_reading(seed: int) -> None:
    assert not may_hold_text(landscape(seed))


@pytest.mark.parametrize("name", BARE)
def test_a_real_picture_without_words_is_not_worth_reading(demo_media: Path, name: str) -> None:
    assert not may_hold_text(picture(demo_media, name))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_real_picture_with_words_is_read(demo_media: Path, ocr: Ocr, name: str) -> None:
    assert WRITTEN[name] in ocr.read_still(picture(demo_media, name))


@pytest.mark.parametrize("size", [20, 28, 40, 60, 100])
@pytest.mark.parametrize("y", [90, 360, 630])
def test_a_photograph_with_words_is_worth_reading(size: int, y: int) -> None:
    assert may_hold_text(draw(landscape(size), caption("Scene twelve", size, y)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_every_slide_is_worth_reading(page: object) -> None:
    assert may_hold_text(draw_slide(page))  # type: ignore[arg-type]


def test_noise_and_compression_do_not_change_the_words() -> None:
    slide = draw_slide(PAGES[1])
    _, packed = cv2.imencode(".jpg", slide, [cv2.IMWRITE_JPEG_QUALITY, 60])
    again = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    assert same_text(text_look(slide), text_look(again))


def test_one_other_word_changes_the_words() -> None:
    background = landscape()
    before = text_look(draw(background, caption("Radio 12,000")))
    after = text_look(draw(background, caption("Radio 13,000")))
    assert not same_text(before, after)


def test_a_slide_that_stays_is_one_segment_and_read_once(ocr: Ocr) -> None:
    counting = Counting(ocr)
    screen = ScreenWords(counting)
    first, second = draw_slide(PAGES[0]), draw_slide(PAGES[3])
    done = []
    for start_s, image in [(0, first), (8, first), (16, first), (24, second), (32, landscape())]:
        done += screen.add(float(start_s), start_s + 8.0, image)
    done += screen.finish()

    assert [(s.start_s, s.end_s) for s in done] == [(0.0, 24.0), (24.0, 32.0)]
    assert [s.text.splitlines()[0] for s in done] == ["Spring Report", "Coral Reef"]
    assert {s.origin for s in done} == {Origin.ON_SCREEN}
    assert counting.times == 2


def test_the_same_words_over_moving_pictures_are_one_segment(ocr: Ocr) -> None:
    screen = ScreenWords(ocr)
    done = []
    for second in range(3):
        frame = draw(landscape(second), caption("Chapter two"))
        done += screen.add(float(second), second + 1.0, frame)
    done += screen.finish()
    assert [(s.start_s, s.end_s, s.text) for s in done] == [(0.0, 3.0, "Chapter two")]


def test_words_that_come_back_are_a_segment_of_their_own(ocr: Ocr) -> None:
    screen = ScreenWords(ocr)
    slide = draw_slide(PAGES[0])
    done = []
    for second, image in enumerate([slide, landscape(), slide]):
        done += screen.add(float(second), second + 1.0, image)
    done += screen.finish()
    assert [(s.start_s, s.end_s) for s in done] == [(0.0, 1.0), (2.0, 3.0)]


def test_small_print_is_read_on_a_page(ocr: Ocr) -> None:
    lines = [f"Line {number} of the contract on cameras and lenses" for number in range(1, 40, 6)]
    page = PillowImage.new("RGB", (1414, 2000), "white")
    draw_on = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        draw_on.text((120, 120 + 40 * number), line, "black", ImageFont.load_default(22))
    assert ocr.read_page(np.asarray(page)).splitlines() == lines
