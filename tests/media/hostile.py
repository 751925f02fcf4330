"""Bad input: files that are broken, dishonest, badly named, unreachable or dangerous.

Everything here is made below one root. `hostile_folder` makes it all and says what an index
should give as the reason for each file that it cannot take.

Root reads folders whatever their mode is: a test of unreadable ones must skip itself where
`os.access(folder, os.R_OK)` is still true, as it is for root and on Windows.
"""

import io
import os
import shutil
import socket
import struct
import sys
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from tests.media.headers import cut_off, lie_about_length
from tests.media.sound import tone
from tests.media.video import make_clip

SECRET = "the vault opens at noon"
"""Stands in files that an index must not reach: outside the root, or behind a password."""


@dataclass(frozen=True)
class Hostile:
    """What `hostile_folder` made. Paths are below the root, as the file system names them.

    `failing` must each end as one line with a reason; any of the words, in lower case, may
    stand in it. `readable` must be indexed for all their odd names or damaged ends. `ignored`
    are no files of the library: pipes, sockets, links out of the root. `unreadable` folders
    are those that this user truly cannot enter.
    """

    root: Path
    failing: dict[Path, tuple[str, ...]]
    readable: tuple[Path, ...]
    ignored: tuple[Path, ...]
    unreadable: tuple[Path, ...]

    def unlock(self) -> None:
        """Give unreadable folders back, so that the test's folder can be removed."""
        for folder in self.unreadable:
            folder.chmod(0o700)


def hostile_folder(root: Path) -> Hostile:
    """Make everything below `root`, and a secret file beside it that links point to."""
    root.mkdir(parents=True, exist_ok=True)
    failing = {
        **broken_files(root / "broken"),
        **mislabelled_files(root / "mislabelled"),
        **dangerous_files(root / "dangerous"),
    }
    readable = (*odd_names(root / "names"), *dishonest_videos(root / "dishonest"))
    outside = root.parent / f"{root.name}-outside"
    ignored = (*links(root / "links", outside), *special_files(root / "special"))
    unreadable = unreadable_folder(root / "locked")
    return Hostile(root, failing, readable, ignored, unreadable)


def broken_files(folder: Path) -> dict[Path, tuple[str, ...]]:
    """Empty files, zeroes, noise, and files of which the end is missing."""
    folder.mkdir(parents=True)
    reasons: dict[Path, tuple[str, ...]] = {}
    noise = np.random.default_rng(0).bytes(20_000)
    for suffix in (".mp4", ".wav", ".jpg", ".pdf", ".docx", ".pptx"):
        reasons[_write(folder / f"empty{suffix}", b"")] = ("empty",)
        reasons[_write(folder / f"zeroes{suffix}", bytes(20_000))] = ANY
        reasons[_write(folder / f"noise{suffix}", noise)] = ANY
    video = make_clip(folder / "no header.mp4", scene_lengths=(25,)).path
    cut_off(video, 0.5)
    reasons[video] = ("cut off", "truncated", "moov", "invalid", "incomplete")
    picture = folder / "half.png"
    PillowImage.fromarray(np.frombuffer(noise[:19_200], np.uint8).reshape(80, 80, 3)).save(picture)
    cut_off(picture, 0.5)
    reasons[picture] = ("cut off", "truncated", "incomplete", "broken")
    return reasons


def mislabelled_files(folder: Path) -> dict[Path, tuple[str, ...]]:
    """Files whose endings promise something else than what is in them."""
    folder.mkdir(parents=True)
    text = "This is a plain letter, whatever its name says.\n" * 20
    reasons = {
        _write(folder / f"letter{suffix}", text.encode()): ANY
        for suffix in (".mp4", ".mp3", ".png", ".pdf", ".docx", ".xlsx", ".pptx", ".epub", ".odt")
    }
    clip = make_clip(folder / "clip.mkv", scene_lengths=(25,)).path
    return {**reasons, clip.rename(folder / "video.pdf"): ANY, **_picture_as_video(folder)}


def _picture_as_video(folder: Path) -> dict[Path, tuple[str, ...]]:
    path = folder / "page.docx"
    PillowImage.new("RGB", (64, 64), (90, 90, 200)).save(path, format="PNG")
    return {path: ANY}


def dangerous_files(folder: Path) -> dict[Path, tuple[str, ...]]:
    """Small files that would take all memory, all time, or a password that nobody gave."""
    folder.mkdir(parents=True)
    return {
        huge_png(folder / "huge.png"): ("pixels", "large", "big"),
        zip_bomb_docx(folder / "bomb.docx"): ("large", "big", "bomb", "expands", "unpack"),
        billion_laughs_odt(folder / "laughs.odt"): ("entit", "xml", "dtd", "forbidden"),
        locked_pdf(folder / "locked.pdf"): ("password", "encrypt", "locked"),
    }


def huge_png(path: Path, width: int = 100_000, height: int = 100_000) -> Path:
    """A PNG of a few hundred bytes whose header says width × height pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1 + 3 * width))
    chunks = (png_chunk(b"IHDR", header), png_chunk(b"IDAT", rows), png_chunk(b"IEND", b""))
    return _write(path, b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk with its length and checksum."""
    checksum = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def zip_bomb_docx(path: Path, unpacked_bytes: int = 1 << 30) -> Path:
    """A docx whose text unpacks to 1 GiB of spaces, from about 5 MB."""
    from docx import Document

    document = Document()
    document.add_paragraph("Nothing to see here.")
    whole = io.BytesIO()
    document.save(whole)
    with (
        zipfile.ZipFile(whole) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb,
    ):
        for name in source.namelist():
            with bomb.open(name, "w", force_zip64=True) as member:
                member.write(source.read(name))
                if name == "word/document.xml":
                    block = b" " * (1 << 20)
                    for _ in range(unpacked_bytes >> 20):
                        member.write(block)
    return path


def billion_laughs_odt(path: Path) -> Path:
    """An odt whose XML entities multiply tenfold, ten times over."""
    entities = ['<!ENTITY a0 "laughter ">']
    entities += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11)]
    content = (
        f'<?xml version="1.0"?><!DOCTYPE x [{"".join(entities)}]>'
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        "<office:body><office:text><text:p>&a10;</text:p></office:text></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as odt:
        odt.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        odt.writestr("content.xml", content)
    return path


def locked_pdf(path: Path, password: str = "sesame") -> Path:
    """A PDF that opens with a password only; `SECRET` is on its page."""
    from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

    lock = StandardEncryption(password, ownerPassword=f"{password}!", strength=128)
    canvas = Canvas(str(path), encrypt=lock, invariant=True)
    canvas.drawString(72, 700, SECRET)
    canvas.save()
    return path


def odd_names(folder: Path) -> tuple[Path, ...]:
    """Readable notes whose names hold what a terminal or a parser could trip over.

    Names that this file system refuses are left out: Windows takes few of them.
    """
    folder.mkdir(parents=True)
    names = [
        b"line\nbreak.txt",
        b"bell\x07 and escape\x1b[31m red.txt",
        b"\xff\xfe not utf-8.txt",
        "right\u202eto left \u2067mark.txt".encode(),
        b"[bold]markup[red] {braces} %s.txt",
        b"'; DROP TABLE assets; --.txt",
        b" leading and trailing .txt",
        b"-rf.txt",
        "caf\u00e9 \u4f60\u597d \U0001f3ac.txt".encode(),
        "cafe\u0301 decomposed.txt".encode(),
        b"n" * 240 + b".txt",
    ]
    made = []
    for number, name in enumerate(names):
        path = folder / os.fsdecode(name)
        try:
            path.write_text(f"Note number {number} is about the lighthouse keeper.\n")
        except OSError:
            continue
        made.append(path)
    return tuple(made)


def dishonest_videos(folder: Path) -> tuple[Path, ...]:
    """Videos of six seconds whose headers say a minute, half a second, or more than there is.

    Frames can be had from all of them; the last one breaks off in the middle.
    """
    folder.mkdir(parents=True)
    sounds = [tone(6)]
    long = make_clip(folder / "says a minute.mkv", sounds=sounds).path
    lie_about_length(long, 10)
    short = make_clip(folder / "says half a second.mkv", sounds=sounds).path
    lie_about_length(short, 1 / 12)
    cut = make_clip(
        folder / "breaks off.mp4", sounds=sounds, container_options={"movflags": "faststart"}
    ).path
    cut_off(cut, 0.6)
    return long, short, cut


def links(folder: Path, outside: Path) -> tuple[Path, ...]:
    """Links out of the root, to each other, to themselves, to a parent, and to nothing."""
    folder.mkdir(parents=True)
    outside.mkdir(parents=True, exist_ok=True)
    secret = _write(outside / "secret.txt", f"{SECRET}\n".encode())
    inner = folder / "inner"
    inner.mkdir()
    targets = {
        folder / "to a file outside.txt": secret,
        folder / "to a folder outside": outside,
        folder / "itself": folder / "itself",
        folder / "one": folder / "two",
        folder / "two": folder / "one",
        inner / "to the parent": folder,
        folder / "to nothing.txt": folder / "missing.txt",
    }
    try:
        for link, target in targets.items():
            link.symlink_to(target, target_is_directory=target.is_dir())
    except OSError:  # Windows without the right to make links
        return ()
    return tuple(targets)


def special_files(folder: Path) -> tuple[Path, ...]:
    """A pipe, on which a plain open would wait for ever, and a socket, named like media."""
    folder.mkdir(parents=True)
    if sys.platform == "win32":
        return ()
    pipe = folder / "pipe.mp4"
    os.mkfifo(pipe)
    # A socket's path may have about 100 characters, fewer than a test folder's: bind it short.
    before = Path.cwd()
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(folder)
        try:
            server.bind("socket.txt")
        finally:
            os.chdir(before)
    return pipe, folder / "socket.txt"


def unreadable_folder(folder: Path) -> tuple[Path, ...]:
    """A folder that cannot be listed; none where this user can list it all the same (root)."""
    folder.mkdir(parents=True)
    _write(folder / "diary.txt", f"{SECRET}\n".encode())
    folder.chmod(0)
    if os.access(folder, os.R_OK | os.X_OK):
        folder.chmod(0o700)
        shutil.rmtree(folder)
        return ()
    return (folder,)


ANY = ("",)
"""Any reason will do, as long as there is one."""


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
