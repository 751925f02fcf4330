"""PDF: text layers, scans, passwords, and pages that are not what they seem."""

import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from indexer import segments as seen
from indexer.parts import Parts
from indexer.readers.pdf import OCR_SIDE, PICTURE_SIDE, read_pdf
from indexer.segments import Origin, Picture, Segment, Tools, WordsInPictures
from rushes.jobs import Job
from tests.indexer.read import pictures, refusal, segments, text


class WatchedOcr:
    """The real one, and the sizes of the pictures it was given."""

    def __init__(self, ocr: WordsInPictures) -> None:
        self._ocr = ocr
        self.sizes: list[tuple[int, ...]] = []

    def read_still(self, image: seen.Image) -> str:
        raise AssertionError("a page is not a still")

    def read_frame(self, image: seen.Image) -> str:
        raise AssertionError("a page is not a frame")

    def read_page(self, image: seen.Image) -> str:
        self.sizes.append(image.shape)
        return self._ocr.read_page(image)


def written(path: Path, *pages: str, size: tuple[float, float] = (595, 842)) -> Path:
    """A PDF with a text layer, one string of lines a page."""
    canvas = Canvas(str(path), pagesize=size)
    for page in pages:
        lines = canvas.beginText(50, size[1] - 50)
        lines.textLines(page)
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()
    return path


def scanned(path: Path, *pages: str) -> Path:
    """A PDF of pictures of pages, as scanners make it."""
    images = []
    for page in pages:
        image = Image.new("RGB", (1240, 1754), "white")
        font = ImageFont.load_default(48)
        ImageDraw.Draw(image).multiline_text((120, 200), page, "black", font)
        images.append(image)
    images[0].save(path, save_all=True, append_images=images[1:], resolution=150)
    return path


def test_pages_are_counted_from_one_and_each_is_a_picture(tmp_path: Path) -> None:
    file = written(tmp_path / "a.pdf", "The budget is\nnine hundred euro.", "We film at dawn.")
    found = list(read_pdf(file, Tools(Job())))
    assert [(type(one), one.page) for one in found] == [
        (Segment, 1),
        (Picture, 1),
        (Segment, 2),
        (Picture, 2),
    ]
    first = found[0]
    assert isinstance(first, Segment)
    assert (first.text, first.origin) == ("The budget is nine hundred euro.", Origin.WRITTEN)


def test_a_word_broken_at_a_line_end_is_whole_again(tmp_path: Path) -> None:
    assert text(read_pdf, written(tmp_path / "a.pdf", "A long docu-\nment.")) == "A long document."


def test_a_long_page_becomes_several_passages_of_that_page(tmp_path: Path) -> None:
    page = "\n".join(f"This is sentence {n} of the page." for n in range(40))
    found = segments(read_pdf, written(tmp_path / "a.pdf", "Title page here.", page), words=70)
    assert [(s.page, len(s.text.split())) for s in found] == [
        (1, 3),
        (2, 70),
        (2, 70),
        (2, 70),
        (2, 70),
    ]


def test_a_picture_of_a_page_is_upright_in_its_colours(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "red.pdf"), pagesize=(400, 800))
    canvas.setFillColorRGB(1, 0, 0)
    canvas.rect(0, 600, 400, 200, stroke=0, fill=1)
    canvas.save()
    (picture,) = pictures(read_pdf, tmp_path / "red.pdf")
    assert picture.image.shape == (PICTURE_SIDE, PICTURE_SIDE // 2, 3)
    assert picture.image.dtype == np.uint8
    assert picture.image[100, 250].tolist() == [255, 0, 0]
    assert picture.image[900, 250].tolist() == [255, 255, 255]


def test_a_scan_is_read_by_ocr_and_a_page_with_text_is_not(
    tmp_path: Path, starter_parts: Parts
) -> None:
    assert starter_parts.ocr is not None
    ocr = WatchedOcr(starter_parts.ocr)
    file = scanned(tmp_path / "scan.pdf", "The cyclist rides\nin the rain")
    (found,) = segments(read_pdf, file, ocr=ocr)
    assert found.text == "The cyclist rides in the rain"
    assert (found.page, found.origin) == (1, Origin.WRITTEN)
    assert max(ocr.sizes[0]) == OCR_SIDE
    segments(read_pdf, written(tmp_path / "text.pdf", "This page has a layer of text."), ocr=ocr)
    segments(read_pdf, written(tmp_path / "blank.pdf", ""), ocr=ocr)
    assert len(ocr.sizes) == 1


def test_a_scan_without_ocr_is_still_a_picture(tmp_path: Path) -> None:
    file = scanned(tmp_path / "scan.pdf", "The cyclist", "rides away")
    assert text(read_pdf, file) == ""
    assert [picture.page for picture in pictures(read_pdf, file)] == [1, 2]


def test_a_password_is_named(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), encrypt=StandardEncryption("sesame"))
    canvas.drawString(50, 50, "secret")
    canvas.save()
    assert refusal(read_pdf, tmp_path / "a.pdf") == "it has a password (save a copy without one)"


@pytest.mark.parametrize("size", [(1_000_000, 1_000_000), (1_000_000, 1), (0.5, 0.5), (3, 100_000)])
def test_pages_of_absurd_size_are_drawn_small(tmp_path: Path, size: tuple[float, float]) -> None:
    file = written(tmp_path / "huge.pdf", "x", size=size)
    (picture,) = pictures(read_pdf, file)
    assert max(picture.image.shape) <= PICTURE_SIDE + 1


def test_bad_files_say_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "void.pdf").touch()
    assert refusal(read_pdf, tmp_path / "void.pdf") == "it is empty"
    Image.new("RGB", (64, 64)).save(tmp_path / "photo.pdf", "PNG")
    assert "not a PDF but a PNG picture" in refusal(read_pdf, tmp_path / "photo.pdf")
    (tmp_path / "letter.pdf").write_text("Dear Ana")
    assert "not a whole PDF" in refusal(read_pdf, tmp_path / "letter.pdf")
    assert "it is gone" in refusal(read_pdf, tmp_path / "gone.pdf")


def test_a_cut_off_pdf_gives_what_is_left_or_says_so(tmp_path: Path) -> None:
    whole = written(tmp_path / "a.pdf", *["Some words on a page."] * 20).read_bytes()
    (tmp_path / "a.pdf").write_bytes(whole[:200])
    assert refusal(read_pdf, tmp_path / "a.pdf")


def test_two_threads_read_at_once(tmp_path: Path) -> None:
    files = [written(tmp_path / f"{n}.pdf", *[f"Page of file {n}."] * 5) for n in range(4)]
    read: dict[Path, str] = {}

    def run(file: Path) -> None:
        read[file] = text(read_pdf, file)

    threads = [threading.Thread(target=run, args=[file]) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == {file: "\n".join([f"Page of file {n}."] * 5) for n, file in enumerate(files)}
