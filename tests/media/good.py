"""One small good file of every ending that Rushes reads, and of films and pictures in many codecs.

All of them can be read, and every one that has words says `WORDS`.
"""

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image as PillowImage

from indexer.readers import endings
from rushes.moment import Kind
from tests.media import documents
from tests.media.sound import tone
from tests.media.video import numbered, scenes

WORDS = "The lighthouse keeper counts eleven gulls."
_CHAPTERS = (("Gulls", WORDS), ("Tides", "The tide turns at noon, and the ferry leaves at one."))
_ROWS = (("bird", "seen", "where"), ("gull", 11, WORDS), ("heron", 2, "the mud bank"))
_SLIDES = (("Gulls", (WORDS, "Twice a day"), "Speak slowly"), ("Tides", ("Noon",), "A photo"))

_FPS = Fraction(12)
_FRAMES = 8
_SIZE = (96, 64)
_LENGTH_S = _FRAMES / 12

# Ending, muxer, codec of the pictures and of the sound; "" where there is none.
_FILMS = (
    ("mp4", "mp4", "libx264", "aac"),
    ("mp4", "mp4", "libx265", "aac"),
    ("mp4", "mp4", "libsvtav1", "libopus"),
    ("mp4", "mp4", "mpeg4", ""),
    ("m4v", "mp4", "libx264", "aac"),
    ("mov", "mov", "prores_ks", "pcm_s16le"),
    ("mov", "mov", "mjpeg", "alac"),
    ("mov", "mov", "qtrle", ""),
    ("mkv", "matroska", "libx264", "flac"),
    ("mkv", "matroska", "ffv1", "vorbis"),
    ("webm", "webm", "libvpx-vp9", "libopus"),
    ("webm", "webm", "libvpx", "vorbis"),
    ("avi", "avi", "mpeg4", "libmp3lame"),
    ("avi", "avi", "huffyuv", "pcm_s16le"),
    ("avi", "avi", "msmpeg4", "adpcm_ima_wav"),
    ("mts", "mpegts", "libx264", "ac3"),
    ("m2ts", "mpegts", "mpeg2video", "mp2"),
    ("mxf", "mxf", "mpeg2video", "pcm_s16le"),
    ("wav", "wav", "", "pcm_s16le"),
    ("wav", "wav", "", "adpcm_ima_wav"),
    ("wav", "w64", "", "pcm_f32le"),
    ("mp3", "mp3", "", "libmp3lame"),
    ("m4a", "ipod", "", "aac"),
    ("m4a", "ipod", "", "alac"),
    ("flac", "flac", "", "flac"),
    ("ogg", "ogg", "", "vorbis"),
    ("oga", "ogg", "", "flac"),
    ("opus", "opus", "", "libopus"),
    ("aac", "adts", "", "aac"),
    ("aif", "aiff", "", "pcm_s16be"),
    ("aiff", "aiff", "", "pcm_s24be"),
)
_PIXELS = {
    "prores_ks": "yuv422p10le",
    "mjpeg": "yuvj420p",
    "qtrle": "rgb24",
    "huffyuv": "yuv422p",
}
_QUICK = {
    "libx264": {"preset": "ultrafast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:pools=none"},
    "libsvtav1": {"preset": "12", "svtav1-params": "lp=1"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    "vorbis": {"strict": "experimental"},
}

# Name, how Pillow is to write it.
_PICTURES: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("plain.jpg", {"quality": 80}),
    ("progressive.jpeg", {"progressive": True, "optimize": True}),
    ("cmyk.jpg", {"mode": "CMYK"}),
    ("photo.jpg", {"exif": True}),
    ("plain.png", {}),
    ("palette.png", {"mode": "P"}),
    ("deep.png", {"mode": "I;16"}),
    ("animated.png", {"save_all": True}),
    ("lossy.webp", {"quality": 70, "method": 0}),
    ("lossless.webp", {"lossless": True, "method": 0}),
    ("animated.webp", {"save_all": True, "method": 0}),
    ("raw.tif", {}),
    ("packed.tiff", {"compression": "tiff_lzw"}),
    ("deflated.tiff", {"compression": "tiff_deflate"}),
    ("fax.tif", {"compression": "group4", "mode": "1"}),
    ("jpeg.tif", {"compression": "jpeg"}),
    ("pages.tiff", {"save_all": True}),
    ("plain.bmp", {}),
    ("palette.bmp", {"mode": "P"}),
    ("plain.heic", {}),
    ("deep.heif", {}),
    ("plain.avif", {"speed": 10}),
    ("animated.gif", {"save_all": True}),
    ("still.gif", {}),
)

_TEXT = (
    f"Gulls\n=====\n\n{WORDS}\n\n- one\n- two\n\nThe tide turns at noon. Çà et là, 你好, ή.\n" * 4
)
_MARKDOWN = f"---\ntitle: Gulls\n---\n# Gulls\n\n{WORDS}\n\n| a | b |\n|---|---|\n| 1 | *2* |\n" * 4
_HTML = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Gulls</title></head><body>'
    f"<h1>Gulls</h1><p>{WORDS}</p><table><tr><th>bird</th><td>gull</td></tr></table>"
    "<script>let a = 1;</script><pre>two\nlines</pre></body></html>"
)
_RECORDS = [{"bird": "gull", "seen": 11, "where": [WORDS, {"bank": None}]}, {"bird": "heron"}]
_CODE = f"# {WORDS}\ndef gulls(count: int) -> str:\n    return f'{{count}} gulls'\n" * 6
_SUBTITLES = f"WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.500\n{WORDS}\n\n" * 6
_XML = f'<?xml version="1.0"?><log><entry at="1">{WORDS}</entry></log>\n' * 4


def good_files(folder: Path) -> list[Path]:
    """Make them all, and say which."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [*_texts(folder), *_documents(folder), *_films(folder), *_pictures(folder)]
    there = {path.suffix[1:] for path in made}
    assert there == set(endings()), sorted(there ^ set(endings()))
    return made


def _texts(folder: Path) -> Iterator[Path]:
    texts: dict[str, str] = {
        **dict.fromkeys(("txt", "text", "rst"), _TEXT),
        **dict.fromkeys(("md", "markdown"), _MARKDOWN),
        **dict.fromkeys(("html", "htm", "xhtml"), _HTML),
        "csv": "\n".join(",".join(f'"{cell}"' for cell in row) for row in _ROWS),
        "tsv": "\n".join("\t".join(map(str, row)) for row in _ROWS),
        "json": json.dumps(_RECORDS, indent=1),
        **dict.fromkeys(("jsonl", "ndjson"), "\n".join(map(json.dumps, _RECORDS))),
        **dict.fromkeys(("srt", "vtt"), _SUBTITLES),
        "xml": _XML,
    }
    made_otherwise = {"docx", "xlsx", "odt", "epub", "rtf"}
    for end, kind in endings().items():
        if kind is Kind.DOCUMENT and end not in made_otherwise:
            path = folder / f"note.{end}"
            path.write_text(texts.get(end, _CODE), encoding="utf-8")
            yield path


def _documents(folder: Path) -> Iterator[Path]:
    picture = _png(_drawn(0))
    writers: dict[str, Callable[[Path], None]] = {
        "letter.docx": lambda path: documents.write_docx(path, [(t, 0) for _, t in _CHAPTERS]),
        "sums.xlsx": partial(documents.write_xlsx, rows=_ROWS),
        "letter.odt": partial(documents.write_odt, chapters=_CHAPTERS),
        "book.epub": partial(documents.write_epub, chapters=_CHAPTERS),
        "letter.rtf": partial(documents.write_rtf, paragraphs=[t for _, t in _CHAPTERS]),
        "talk.pptx": partial(_illustrated_slides, picture=picture),
        "talk.odp": partial(documents.write_odp, slides=_SLIDES),
        "paper.pdf": partial(documents.write_pdf, pages=_CHAPTERS),
        "illustrated.pdf": partial(_illustrated_pdf, picture=picture),
    }
    for name, write in writers.items():
        write(folder / name)
        if zipfile.is_zipfile(folder / name):
            _without_times(folder / name)
        yield folder / name


def _illustrated_slides(path: Path, picture: bytes) -> None:
    from pptx import Presentation

    documents.write_pptx(path, _SLIDES)
    deck = Presentation(str(path))
    deck.slides[0].shapes.add_picture(io.BytesIO(picture), 0, 0)
    deck.slides[1].shapes.add_table(2, 2, 0, 0, 914400, 914400).table.cell(0, 0).text = "gull"
    deck.save(str(path))


def _illustrated_pdf(path: Path, picture: bytes) -> None:
    from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

    canvas = Canvas(str(path), invariant=True, pagesize=(300, 300))
    canvas.drawString(20, 200, WORDS)
    canvas.drawImage(ImageReader(io.BytesIO(picture)), 20, 20, 120, 80)
    canvas.bookmarkPage("gulls")
    canvas.addOutlineEntry("Gulls", "gulls")
    canvas.save()


def _without_times(path: Path) -> None:
    """Office's libraries write the time of day into their archives: the same call, other bytes."""
    with zipfile.ZipFile(path) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts:
            if name == "docProps/core.xml":
                body = b'<?xml version="1.0"?><c:coreProperties xmlns:c="%s"/>' % _CORE
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)


_CORE = b"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"


def _films(folder: Path) -> Iterator[Path]:
    frames = list(numbered(scenes((_FRAMES // 2, _FRAMES // 2), _SIZE)))
    for end, muxer, pictures, sound in _FILMS:
        name = "-".join(part.removeprefix("lib") for part in (pictures, sound) if part)
        path = folder / f"{name}.{end}"
        _record(path, muxer, pictures, sound, frames)
        # For root, SVT-AV1 has the thread that calls it go before all others of the machine, and
        # every thread that this one starts later: two that wait by spinning would stop it.
        if hasattr(os, "sched_setscheduler"):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        yield path


def _record(
    path: Path, muxer: str, pictures: str, sound: str, frames: Sequence[np.ndarray]
) -> None:
    av.logging.set_level(None)
    os.environ["SVT_LOG"] = "0"  # it writes its settings on the screen
    with av.open(str(path), "w", format=muxer, container_options={"fflags": "+bitexact"}) as film:
        film.metadata["title"] = "gulls"
        video = _video(film, pictures, muxer) if pictures else None
        audio = _audio(film, sound) if sound else None
        for index, image in enumerate(frames if video else ()):
            assert video is not None
            picture = av.VideoFrame.from_ndarray(image, format="rgb24")
            size = (video.width, video.height)
            picture = picture.reformat(*size, format=video.codec_context.pix_fmt)
            picture.pts, picture.time_base = index, 1 / video.codec_context.framerate
            film.mux(video.encode(picture))
        if video:
            film.mux(video.encode(None))
        if audio:
            for heard in _heard(audio):
                film.mux(audio.encode(heard))
            film.mux(audio.encode(None))


def _video(film: av.container.OutputContainer, codec: str, muxer: str) -> VideoStream:
    rate = Fraction(25) if codec == "mpeg2video" else _FPS
    stream = film.add_stream(codec, rate=rate, options=dict(_QUICK.get(codec, {})))
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = _SIZE
    stream.pix_fmt = _PIXELS.get(codec, "yuv420p")
    stream.codec_context.flags |= av.codec.context.Flags.bitexact
    stream.codec_context.thread_count = 1
    return stream


def _audio(film: av.container.OutputContainer, codec: str) -> AudioStream:
    stream = film.add_stream(codec, rate=48_000, options=dict(_QUICK.get(codec, {})))
    assert isinstance(stream, AudioStream)
    stream.layout = "stereo" if codec == "vorbis" else "mono"
    stream.codec_context.flags |= av.codec.context.Flags.bitexact
    return stream


def _heard(stream: AudioStream) -> Iterator[av.AudioFrame]:
    wanted = stream.codec_context.frame_size or 1024
    resampler = av.AudioResampler(stream.format, stream.layout, 48_000, wanted)
    samples = tone(_LENGTH_S).samples[np.newaxis]
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", "mono")
    frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
    yield from resampler.resample(frame)
    yield from resampler.resample(None)


def _pictures(folder: Path) -> Iterator[Path]:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    drawn = [PillowImage.fromarray(image) for image in map(_drawn, range(3))]
    for name, how in _PICTURES:
        options = dict(how)
        mode = str(options.pop("mode", "RGB"))
        pages = [_in_mode(picture, mode) for picture in drawn]
        if options.get("save_all"):
            options["append_images"] = pages[1:]
        if options.pop("exif", False):
            exif = PillowImage.Exif()
            exif[0x0112], exif[306], exif[0x010F] = 6, "2024:05:01 10:00:00", "A camera"
            options["exif"] = exif.tobytes()
        pages[0].save(folder / name, **options)  # type: ignore[arg-type]
        yield folder / name


def _drawn(scene: int) -> np.ndarray:
    image: np.ndarray = next(scenes((1,), (120, 80), first=scene))
    return image


def _in_mode(picture: PillowImage.Image, mode: str) -> PillowImage.Image:
    if mode == "I;16":
        return PillowImage.fromarray(np.asarray(picture.convert("L"), np.uint16) * 200)
    return picture.convert(mode)


def _png(image: np.ndarray) -> bytes:
    held = io.BytesIO()
    PillowImage.fromarray(image).save(held, "PNG")
    return held.getvalue()
