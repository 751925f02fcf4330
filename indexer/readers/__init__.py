"""One reader a kind of file, chosen by the file's ending."""

from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.segments import Picture, Reader, Segment, Sounds, Tools
from rushes.moment import Kind

__all__ = ["endings", "kind_of", "read"]

_DOCUMENTS = {
    "text": ("read_text", "txt text rst"),
    "markdown": ("read_markdown", "md markdown"),
    "html": ("read_html", "html htm xhtml"),
    "csv": ("read_csv", "csv tsv"),
    "json": ("read_json", "json jsonl ndjson"),
    "code": (
        "read_code",
        "py pyi js jsx ts tsx java kt c h cc cpp hpp cs go rs rb php swift m mm scala sh bash ps1 "
        "lua pl r jl sql css scss vue svelte xml yaml yml toml ini cfg conf tex bib log srt vtt "
        "glsl hlsl gd",
    ),
}
_SOUND = "wav mp3 m4a flac ogg opus oga aac aif aiff"
_VIDEO = "mp4 mov mkv webm avi m4v mts m2ts mxf gif"
_IMAGES = "jpg jpeg png webp tif tiff bmp heic heif avif"


def kind_of(path: Path) -> Kind | None:
    """What sort of file this is by its ending, None if Rushes does not read such."""
    kind, _ = _TABLE.get(path.suffix.lower().lstrip("."), (None, None))
    return kind


def endings() -> dict[str, Kind]:
    """Every ending that Rushes reads, in small letters without its dot."""
    return {end: kind for end, (kind, _) in _TABLE.items()}


def read(path: Path, tools: Tools) -> Iterator[Segment | Picture | Sounds]:
    """The segments, pictures and sounds of a file of a kind that `kind_of` knows.

    Raises:
        UnreadableFile: says why.
        Cancelled: the user asked to stop.
    """
    _, load = _TABLE[path.suffix.lower().lstrip(".")]
    return load()(path, tools)


def _module(name: str, function: str) -> Callable[[], Reader]:
    def load() -> Reader:
        from importlib import import_module

        reader: Reader = getattr(import_module(f"indexer.readers.{name}"), function)
        return reader

    return load


def _table() -> dict[str, tuple[Kind, Callable[[], Reader]]]:
    rows: list[tuple[Kind, str, str, str]] = [
        *((Kind.DOCUMENT, "text", function, ends) for function, ends in _DOCUMENTS.values()),
        (Kind.DOCUMENT, "office", "read_docx", "docx"),
        (Kind.DOCUMENT, "office", "read_xlsx", "xlsx"),
        (Kind.DOCUMENT, "odf", "read_odt", "odt"),
        (Kind.DOCUMENT, "epub", "read_epub", "epub"),
        (Kind.DOCUMENT, "rtf", "read_rtf", "rtf"),
        (Kind.PDF, "pdf", "read_pdf", "pdf"),
        (Kind.SLIDES, "slides", "read_pptx", "pptx"),
        (Kind.SLIDES, "odf", "read_odp", "odp"),
        (Kind.IMAGE, "image", "read_image", _IMAGES),
        (Kind.AUDIO, "sound", "read_sound", _SOUND),
        (Kind.VIDEO, "video", "read_video", _VIDEO),
    ]
    return {
        end: (kind, _module(module, function))
        for kind, module, function, ends in rows
        for end in ends.split()
    }


_TABLE = _table()
