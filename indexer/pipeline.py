"""From a file to its rows: read, look, embed. Nothing here writes to the tables."""

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from indexer.annotate import annotated, facts_of_picture
from indexer.lending import LentOcr, LentSpeech
from indexer.likeness import fingerprint
from indexer.parts import Parts
from indexer.pulse import Pulse
from indexer.readers import read
from indexer.rows import Asset, FrameRow, IndexedFile, SegmentRow, new_id
from indexer.scan import Found
from indexer.segments import HeardWhen, Picture, Segment, Sounds, Tools
from indexer.stage import Stage
from rushes.errors import Cancelled, RushesError, UnreadableFile
from rushes.media import probe, thumbnail
from rushes.moment import Kind
from rushes.synthetic import Synthetic, synthetic
from rushes.text import one_line

_PICTURES_AT_ONCE = 8
_TEXTS_AT_ONCE = 64

Finish = Callable[[], IndexedFile]
"""Waits until the models are done with a file."""

log = logging.getLogger(__name__)


class Line:
    """The way of files through the models into rows. Used by several threads at once.

    A file's reader goes on while what it gave is embedded, together with what others gave.
    """

    def __init__(self, parts: Parts, passage_words: int, frame_every_s: float) -> None:
        self._parts = parts
        self._passage_words = passage_words
        self._frame_every_s = frame_every_s
        self._pictures = Stage(
            "pictures", self._frame_rows, _PICTURES_AT_ONCE, _PICTURES_AT_ONCE, threads=2
        )
        self._texts = Stage("texts", self._vectors, _TEXTS_AT_ONCE, 4 * _TEXTS_AT_ONCE)

    def check(self) -> None:
        """Find the models before any file is read.

        Raises:
            ModelMissing, ModelDamaged: one is not here, or not as it was.
        """
        self._parts.check()

    def run(self, found: Found, pulse: Pulse) -> IndexedFile:
        """Everything a file holds. One that cannot be read gives a row that says why.

        Raises:
            Cancelled: the user asked to stop.
            ModelMissing, ModelDamaged: a model cannot be run; no file could be read then.
        """
        return self.read(found, pulse)()

    def read(self, found: Found, pulse: Pulse) -> Finish:
        """Read a file to its end. What is returned, called, waits until all of it is embedded.

        Raises:
            As `run`, and so does what is returned.
        """
        asset = _asset(found)
        if asset.error is None and found.size_bytes == 0:
            asset = replace(asset, error="it is empty")
        if asset.error is not None:
            return partial(IndexedFile, asset)
        try:
            asset = _described(asset)
            embedded = self._read(asset, pulse)
        except Exception as error:  # noqa: BLE001  # what ends the run is raised again
            failed = _failed_by(error, asset)
            return lambda: failed

        def finish() -> IndexedFile:
            try:
                return embedded()
            except Exception as error:  # noqa: BLE001
                return _failed_by(error, asset)

        return finish

    def _read(self, asset: Asset, pulse: Pulse) -> Finish:
        tools = Tools(
            job=pulse,
            passage_words=self._passage_words,
            frame_every_s=self._frame_every_s,
            ocr=self._parts.ocr and LentOcr(self._parts.ocr, pulse),
            speech=self._parts.speech and LentSpeech(self._parts.speech, pulse),
            tagger=self._parts.tagger,
            watched=pulse.watched,
        )
        words: list[tuple[Segment, Future[NDArray[np.float32]]]] = []
        frames: list[Future[FrameRow]] = []
        sounds: HeardWhen | None = None
        for item in read(asset.path, tools):
            pulse.check_cancelled()
            if isinstance(item, Sounds):
                sounds = item.track
                continue
            with pulse.in_model():  # which may have to finish something first
                if isinstance(item, Segment):
                    future = self._texts.put(_to_embed(item), pulse.check_cancelled)
                    words.append((item, future))
                else:
                    frames.append(self._pictures.put(item, pulse.check_cancelled))

        def finish() -> IndexedFile:
            rows: list[SegmentRow] = []
            pictures: list[FrameRow] = []
            with pulse.in_model():
                for segment, vector in words:
                    rows.append(_segment_row(segment, vector.result()))
                    pulse.check_cancelled()  # a book has thousands: something comes of it
                for frame in frames:
                    pictures.append(frame.result())
                    pulse.check_cancelled()
            return annotated(IndexedFile(asset, rows, pictures), sounds)

        return finish

    def _frame_rows(self, pictures: Sequence[Picture]) -> list[FrameRow]:
        vision, detectors = self._parts.vision, self._parts.detectors
        images = [picture.image for picture in pictures]
        seen = vision.encode_images(images) if vision else [None] * len(images)
        rows: list[FrameRow] = []
        for picture, each in zip(pictures, seen, strict=True):
            detected = each.detected if each else None
            if detected is None and detectors is not None:
                detected = detectors.detect(picture.image)
            rows.append(
                FrameRow(
                    vector=each.vector if each else None,
                    tags=each.tags if each else (),
                    start_s=picture.start_s,
                    end_s=picture.end_s,
                    at_s=picture.at_s,
                    page=picture.page,
                    thumbnail=thumbnail(picture.image),
                    facts=facts_of_picture(picture, detected),
                    shot=picture.shot,
                    likeness=fingerprint(picture.image),
                )
            )
        return rows

    def _vectors(self, texts: Sequence[str]) -> Sequence[NDArray[np.float32]]:
        return list(self._parts.text.encode_passages(texts))


def _failed_by(error: Exception, asset: Asset) -> IndexedFile:
    """The row of a file that could not be read.

    Raises:
        Cancelled, RushesError: no other file could be read either.
    """
    match error:
        case UnreadableFile():
            return _failed(asset, str(error))
        case RushesError() | Cancelled():
            raise error
        case OSError():
            return _failed(asset, f"cannot read it: {error.strerror or error}")
    log.error("cannot read %r", str(asset.path), exc_info=error)  # a reader's defect
    return _failed(asset, f"reading it failed: {type(error).__name__}: {error}")


def _segment_row(segment: Segment, vector: NDArray[np.float32]) -> SegmentRow:
    return SegmentRow(
        text=segment.text,
        origin=segment.origin,
        vector=vector,
        start_s=segment.start_s,
        end_s=segment.end_s,
        page=segment.page,
        heading=segment.heading,
        word_times=[t for word in segment.words for t in (word.start_s, word.end_s)],
    )


def unread(found: Found, reason: str) -> IndexedFile:
    """The row of a file that could not be read."""
    return _failed(_asset(found), reason)


def _failed(asset: Asset, reason: str) -> IndexedFile:
    if not os.access(asset.path, os.R_OK):  # gone or locked up: the next run looks again
        copies = tuple(replace(copy, mtime_ns=0) for copy in asset.copies)
        asset = replace(asset, mtime_ns=0, content=None, copies=copies)
    return IndexedFile(replace(asset, error=one_line(reason)[:300]))


def duration_of(found: Found) -> float:
    """How many seconds of footage a file holds, 0 if it is none or cannot be opened."""
    if found.kind not in (Kind.AUDIO, Kind.VIDEO) or found.error or not found.size_bytes:
        return 0.0
    try:
        return probe(found.path).duration_s or 0.0
    except Exception:  # noqa: BLE001  # what is wrong with it is said when it is read
        return 0.0


def _asset(found: Found) -> Asset:
    return Asset(
        new_id(),
        found.path,
        found.kind,
        found.size_bytes,
        found.mtime_ns,
        error=found.error,
        content=found.content,
        copies=found.copies,
    )


def _described(asset: Asset) -> Asset:
    """The asset with what the file says of itself.

    Raises:
        UnreadableFile: it is not a recording.
    """
    if asset.kind is Kind.IMAGE:
        from indexer.readers.image import date_taken, made_picture, picture_size

        width, height = picture_size(asset.path) or (None, None)
        return replace(
            asset,
            created=date_taken(asset.path),
            width=width,
            height=height,
            synthetic=_if_true(made_picture(asset.path)),
        )
    if asset.kind not in (Kind.AUDIO, Kind.VIDEO):
        return asset
    info = probe(asset.path)
    video = info.video
    return replace(
        asset,
        duration_s=info.duration_s,
        width=video.width if video else None,
        height=video.height if video else None,
        fps=video.fps if video else None,
        created=info.created.isoformat() if info.created else None,
        synthetic=_if_true(synthetic(info.marks)),
    )


def _if_true(made: Synthetic | None) -> bool | None:
    """True, or not known: what says nothing may have been made all the same."""
    return True if made is not None else None


def _to_embed(segment: Segment) -> str:
    """A later passage of a chapter does not repeat its heading, and is found by it all the same."""
    if segment.heading and not segment.text.startswith(segment.heading):
        return f"{segment.heading}\n{segment.text}"
    return segment.text
