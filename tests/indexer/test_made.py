"""Files that machines made: told by their marks, found by their prompts, kept until deleted."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import PngImagePlugin

from indexer.library import Library
from indexer.readers.image import made_picture
from indexer.store import Store
from rushes.encoding import Format, film_writer
from rushes.jobs import Job
from rushes.moment import Kind
from rushes.synthetic import GENERATED, Synthetic
from tests.media.video import scenes

Opened = Callable[..., Library]

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description Iptc4xmpExt:DigitalSourceType='
    '"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/></x:xmpmeta>'
)
PROMPT = "a red kite over the lighthouse"
SETTINGS = f"{PROMPT}\nNegative prompt: rain\nSteps: 20, Sampler: Euler a, Seed: 7"
SIZE = (128, 72)


def png(path: Path, name: str = "", text: str = "") -> Path:
    texts = PngImagePlugin.PngInfo()
    if name:
        texts.add_itxt(name, text)
    Pillow.fromarray(next(iter(scenes((1,), SIZE)))).save(path, pnginfo=texts)
    return path


def made_film(path: Path, prompt: str = PROMPT) -> Path:
    """A second of film that says of itself what films by Rushes say."""
    from fractions import Fraction

    said = {"description": prompt, "digital_source_type": GENERATED}
    with film_writer(path, Format(*SIZE, Fraction(25)), metadata=said, force=True) as writer:
        for image in scenes((25,), SIZE):
            writer.add(image)
    return path


def names(library: Library, query: str) -> set[str]:
    found = library.search(query).moments
    alike = (each for moment in found for each in (moment, *moment.takes))
    return {path.name for each in alike for path in (each.path, *each.also_at)}


@pytest.mark.parametrize("ending", ["jpg", "webp", "tif", "avif"])
def test_pictures_say_by_xmp_that_they_were_made(tmp_path: Path, ending: str) -> None:
    given = {"tiffinfo": {700: XMP.encode()}} if ending == "tif" else {"xmp": XMP.encode()}
    image = Pillow.fromarray(next(iter(scenes((1,), SIZE))))
    image.save(tmp_path / f"made.{ending}", **given)
    image.save(tmp_path / f"taken.{ending}")
    assert made_picture(tmp_path / f"made.{ending}") == Synthetic()
    assert made_picture(tmp_path / f"taken.{ending}") is None


def test_pictures_say_as_their_programs_do_that_they_were_made(
    tmp_path: Path, demo_media: Path
) -> None:
    path = tmp_path / "made.png"
    assert made_picture(png(path, "XML:com.adobe.xmp", XMP)) == Synthetic()
    assert made_picture(png(path, "parameters", SETTINGS)) == Synthetic(PROMPT)
    assert made_picture(png(path, "prompt", '{"3": {"class_type": "KSampler"}}')) == Synthetic()
    assert made_picture(png(path, "Comment", "a parameter")) is None
    # A real one: ComfyUI writes into WebP what a camera's maker and model stand for.
    (webp,) = demo_media.rglob("wan2.1_flf2v_720_f16-1.webp")
    assert made_picture(webp) == Synthetic()


def test_a_damaged_picture_says_nothing(tmp_path: Path) -> None:
    path = png(tmp_path / "cut.png", "parameters", SETTINGS)
    for size in (0, 8, 40, 90):
        (tmp_path / "cut.png").write_bytes(path.read_bytes()[:size])
        assert made_picture(path) is None
        png(path, "parameters", SETTINGS)


@pytest.fixture
def library(library_in: Opened, tmp_path: Path) -> Library:
    """A note, two pictures and two films: of each two alike, one says that it was made."""
    media = tmp_path / "media"
    media.mkdir()
    (media / "kite.txt").write_text("The red kite nests by the lighthouse.\n")
    png(media / "taken.png")
    png(media / "made.png", "parameters", SETTINGS)
    made_film(media / "made.mp4")
    shutil.copyfile(media / "made.mp4", media / "copy.mkv")
    opened = library_in()
    opened.index([media], Job())
    return opened


def test_what_was_made_is_found_by_its_prompt_and_can_be_left_out(library: Library) -> None:
    (film,) = (m for m in library.search(PROMPT).moments if m.kind is Kind.VIDEO)
    assert film.text == f"Synthetic, made from the prompt: {PROMPT}"
    assert film.start_s == 0.0 and film.end_s == pytest.approx(1.0, abs=0.05)
    assert (film.facts.synthetic, "written" in film.senses) == (True, True)
    assert names(library, f'"{PROMPT}"') == {"made.png", "made.mp4", "copy.mkv"}
    assert names(library, f"{PROMPT} -synthetic") == {"kite.txt"}
    assert names(library, "source:synthetic") == {"made.png", "made.mp4", "copy.mkv"}
    assert names(library, "-synthetic") == {"kite.txt", "taken.png"}
    assert names(library, "-synthetic kind:image") == {"taken.png"}
    (shown,) = library.pictures([library.roots()[0] / "taken.png"])
    assert shown.facts.synthetic is None


def test_one_file_outside_the_folders_stays_until_it_is_deleted(
    library: Library, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    film = made_film(elsewhere / "boat.mp4", "a boat in the fog")
    (elsewhere / "note.txt").write_text("The folder itself is not in the library.\n")
    (folder,) = library.roots()
    assert library.index([film], Job()).indexed == 1
    for roots in ([folder], [], [film]):
        library.index(roots, Job())
        assert "boat.mp4" in names(library, "a boat in the fog")
    made_film(film, "a windmill at noon")
    assert library.index([], Job()).indexed == 1
    assert "boat.mp4" in names(library, "a windmill at noon")
    film.unlink()
    assert library.index([folder], Job()).removed == 1
    assert "boat.mp4" not in names(library, "source:synthetic")
    assert library.roots() == (folder,)


def test_a_file_below_a_folder_of_the_library_adds_no_root(library: Library) -> None:
    (folder,) = library.roots()
    made_film(folder / "boat.mp4", "a boat in the fog")
    assert library.index([folder / "boat.mp4"], Job()).indexed == 1
    assert library.roots() == (folder,)
    hidden = folder / ".drafts"
    hidden.mkdir()
    made_film(hidden / "draft.mp4", "a draft")
    library.index([hidden / "draft.mp4"], Job())
    assert library.roots() == (folder, hidden / "draft.mp4")
    assert library.index([], Job()).removed == 0


def test_a_film_on_a_drive_that_is_elsewhere_is_not_forgotten(
    library: Library, tmp_path: Path
) -> None:
    card = tmp_path / "card"
    card.mkdir()
    made_film(card / "boat.mp4")
    library.index([card / "boat.mp4"], Job())
    shutil.rmtree(card)
    library.index([], Job())
    assert "boat.mp4" in {path.name for path in Store.open(library.folder).paths()}
