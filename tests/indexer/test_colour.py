"""Light and colours: swatches that people agree on, and real pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from indexer.colour import Palette, palette
from indexer.segments import Image
from rushes.facts import Colour

SWATCHES = {
    Colour.RED: ("#ff0000", "#c81e1e", "#dc143c", "#8b0000"),
    Colour.ORANGE: ("#ffa500", "#ff7f00", "#f28c28"),
    Colour.YELLOW: ("#ffff00", "#ffd700", "#f4e04d"),
    Colour.GREEN: ("#008000", "#00ff00", "#228b22", "#556b2f", "#8fbc8f", "#014421"),
    Colour.BLUE: ("#0000ff", "#4682b4", "#87ceeb", "#000080", "#1e90ff", "#0b2545"),
    Colour.PURPLE: ("#800080", "#6a0dad", "#8a2be2", "#4b0082"),
    Colour.PINK: ("#ffc0cb", "#ff69b4", "#f4a6b8", "#ff1493"),
    Colour.BROWN: ("#8b4513", "#654321", "#a0522d", "#d2b48c", "#5c4033"),
    Colour.BLACK: ("#000000", "#101010", "#0a0a12"),
    Colour.GREY: ("#808080", "#c0c0c0", "#505050", "#708080"),
    Colour.WHITE: ("#ffffff", "#f5f5f5", "#fffaf0"),
}


def swatch(colour: str, size: tuple[int, int] = (160, 90)) -> Image:
    return np.asarray(PillowImage.new("RGB", size, colour))


def of(media: Path, name: str) -> Palette:
    with PillowImage.open(media / "pictures" / name) as opened:
        return palette(np.asarray(opened.convert("RGB")))


@pytest.mark.parametrize(
    ("name", "colour"), [(name, colour) for name in SWATCHES for colour in SWATCHES[name]]
)
def test_colours_have_the_names_that_people_give_them(name: Colour, colour: str) -> None:
    assert palette(swatch(colour)).colours == (name,)


def test_colours_come_the_most_first_and_small_ones_not_at_all() -> None:
    image = swatch("#1e90ff", (200, 100)).copy()
    image[:, 100:160] = (34, 139, 34)  # 30 %
    image[:, 160:190] = (255, 255, 255)  # 15 %
    image[:, 190:] = (255, 0, 0)  # 5 %
    assert palette(image).colours == (Colour.BLUE, Colour.GREEN, Colour.WHITE)


def test_brightness_is_what_is_seen_not_what_is_stored() -> None:
    assert palette(swatch("#000000")).brightness == pytest.approx(0, abs=0.01)
    assert palette(swatch("#777777")).brightness == pytest.approx(0.5, abs=0.01)  # L* 50
    assert palette(swatch("#ffffff")).brightness == pytest.approx(1, abs=0.01)


def test_candle_light_is_warm_and_the_blue_hour_cold() -> None:
    assert palette(swatch("#ffb46b")).warmth > 0.8
    assert palette(swatch("#3a5f8f")).warmth < -0.7
    assert abs(palette(swatch("#888888")).warmth) < 0.02


def test_one_saturated_thing_does_not_make_a_picture_warm() -> None:
    image = swatch("#808080").copy()
    image[30:60, 60:100] = (255, 100, 0)  # a twelfth
    assert 0 < palette(image).warmth < 0.1


def test_letterbox_bars_do_not_count() -> None:
    picture = swatch("#87ceeb", (320, 180)).copy()
    boxed = np.full((240, 320, 3), 6, np.uint8)
    boxed[30:210] = picture
    assert palette(boxed).colours == (Colour.BLUE,)
    assert palette(boxed).brightness == pytest.approx(palette(picture).brightness, abs=0.02)


def test_a_night_with_colour_in_it_is_not_just_black() -> None:
    assert palette(swatch("#0c2340")).colours == (Colour.BLUE,)
    assert palette(swatch("#3b0a0a")).colours[0] in (Colour.RED, Colour.BROWN)


@pytest.mark.parametrize(
    ("name", "colours"),
    [
        ("video_kandinsky5_i2v-1.webp", {Colour.BLUE}),  # flowers in moonlight
        ("api_elevenLabs_speech_to_text-1.webp", {Colour.BLACK, Colour.BLUE}),
        ("hidream_i1_fast-1.webp", {Colour.BLACK, Colour.RED}),  # a red tree at night
        ("flux_schnell_full_text_to_image-1.webp", {Colour.GREEN, Colour.WHITE}),  # a green car
        ("image_omnigen2_image_edit-2.webp", {Colour.BLUE, Colour.GREEN}),  # a girl, green hair
        ("image_qwen_Image_2512_controlnet-2.webp", {Colour.BLACK}),  # thin white lines
    ],
)
def test_real_pictures_have_the_colours_that_are_seen(
    name: str, colours: set[Colour], demo_media: Path
) -> None:
    assert set(of(demo_media, name).colours) == colours


def test_real_pictures_are_ordered_by_their_light(demo_media: Path) -> None:
    """Dark below 0.27, bright above 0.58, cold below -0.2, warm above 0.4, as looked at."""
    night = of(demo_media, "image_ernie_image_turbo-1.webp")  # a woman at a dark sea
    lamp_light = of(demo_media, "image_qwen_image_edit_2509_relight-1.webp")  # a room in orange
    snow = of(demo_media, "video_wanmove_480p-1.webp")  # a skier below a blue sky
    assert night.brightness < 0.27 < lamp_light.brightness < 0.58 < snow.brightness
    assert night.warmth < -0.2 and snow.warmth < -0.2 and lamp_light.warmth > 0.4


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 2), (63, 65)])
def test_pictures_of_odd_sizes_have_colours_too(size: tuple[int, int]) -> None:
    assert palette(swatch("#ff0000", size)).colours == (Colour.RED,)
