"""The film that a server made, as pictures and sound."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import numpy as np

from generator.backends.comfyui.client import Client, Output
from generator.backends.comfyui.connection import Check
from generator.backends.protocol import Image, Samples
from rushes.errors import RushesError, UnreadableFile
from rushes.media import open_media, video_stream
from rushes.place import Place
from rushes.stretch import Stretch, frames_from, open_stretch, sound, upright_picture
from rushes.text import one_line

_FILMS = (".mp4", ".mkv", ".mov", ".webm")


class Film:
    """A film in a folder of its own, which goes when the pictures were read or nobody holds it.

    Raises:
        RushesError: the job left no film, or it cannot be fetched or read.
    """

    def __init__(
        self, client: Client, outputs: Mapping[str, tuple[Output, ...]], check: Check
    ) -> None:
        output = _film(outputs, client.where)
        self._folder = TemporaryDirectory(prefix="rushes-comfyui-")
        try:
            # The name on the server is not one to write to.
            ending = PurePosixPath(output.filename).suffix.lower()
            self._path = Path(self._folder.name) / f"drawn{ending}"
            with self._path.open("wb") as file:
                client.download(output, file, check)
            self._name = f"{one_line(output.filename)} from {client.where}"
            with self._reading():
                self._stretch: Stretch = open_stretch(Place(self._path))
        except BaseException:
            self._folder.cleanup()
            raise

    def sound(self) -> Samples | None:
        """All of it, at `rushes.encoding.SOUND_RATE`; None if the film is silent."""
        if self._stretch.sound_layout is None:
            return None
        with self._reading():
            blocks = list(sound(self._stretch))
        return np.concatenate(blocks, axis=1) if blocks else None

    def pictures(self) -> Iterator[Image]:
        """Every frame once, as it was drawn: the film's own rate plays no part."""
        try:
            with self._reading(), open_media(self._path) as container:
                stream = video_stream(container)
                assert stream is not None
                for frame in frames_from(container, stream, 0.0):
                    yield upright_picture(frame, deep=False).astype(np.uint8, copy=False)
        finally:
            self._folder.cleanup()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """
        Raises:
            RushesError: reading failed inside the block.
        """
        try:
            yield
        except UnreadableFile as error:
            raise RushesError(f"cannot read {self._name}: {error}") from None


def _film(outputs: Mapping[str, tuple[Output, ...]], where: str) -> Output:
    """The film among a job's files; one that is kept before one that only shows how it goes."""
    files = [output for each in outputs.values() for output in each]
    films = [each for each in files if each.filename.lower().endswith(_FILMS)]
    if not films:
        names = ", ".join(one_line(each.filename) for each in files[:3]) or "no file"
        raise RushesError(
            f"the job on {where} left no film but {names}: end the workflow with SaveVideo"
        )
    return min(films, key=lambda each: each.type != "output")
