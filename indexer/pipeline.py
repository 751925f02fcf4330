"""From a file to its rows: read, look, embed. Nothing here writes to the tables."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from indexer.annotate import annotated, facts_of_picture
from indexer.likeness import fingerprint
from indexer.parts import Parts
from indexer.readers import read
from indexer.rows import Asset, FrameRow, IndexedFile, SegmentRow, new_id
from indexer.scan import Found
from indexer.segments import HeardWhen, Picture, Segment, Sounds, Tools
from rushes.errors import UnreadableFile
from rushes.jobs import Job
from rushes.media import probe, thumbnail
from rushes.moment import Kind
from rushes.synthetic import Synthetic, synthetic
from rushes.text import one_line

_PICTURES_AT_ONCE = 8
_TEXTS_AT_ONCE = 64


@dataclass(frozen=True)
class Line:
    """The way of one file through the models into rows. Used by several threads at once."""

    parts: Parts
    passage_words: int
    frame_every_s: float

    def run(self, found: Found, job: Job, watched: Callable[[float], None]) -> IndexedFile:
        """Everything a file holds. One that cannot be read gives a row that says why.

        Raises:
            Cancelled: the user asked to stop.
            ModelMissing, ModelDamaged: a model cannot be run; no file could be read then.
        """
        asset = _asset(found)
        if asset.error is not None or found.kind is None:
            return IndexedFile(asset)
        if found.size_bytes == 0:
            return IndexedFile(replace(asset, error="it is empty"))
        try:
            asset = _described(asset)
            return self._read(asset, job, watched)
        except UnreadableFile as error:
            return _failed(asset, str(error))
        except OSError as error:
            return _failed(asset, f"cannot read it: {error.strerror or error}")

    def defect(self, found: Found, error: Exception) -> IndexedFile:
        """The row of a file on which a reader failed in a way that nobody foresaw."""
        return _failed(_asset(found), f"reading it failed: {type(error).__name__}: {error}")

    def _read(self, asset: Asset, job: Job, watched: Callable[[float], None]) -> IndexedFile:
        tools = Tools(
            job=job,
            passage_words=self.passage_words,
            frame_every_s=self.frame_every_s,
            ocr=self.parts.ocr,
            speech=self.parts.speech,
            tagger=self.parts.tagger,
            watched=watched,
        )
        segments: list[Segment] = []
        frames: list[FrameRow] = []
        waiting: list[Picture] = []
        sounds: HeardWhen | None = None
        for item in read(asset.path, tools):
            if isinstance(item, Segment):
                segments.append(item)
                continue
            if isinstance(item, Sounds):
                sounds = item.track
                continue
            waiting.append(item)
            if len(waiting) == _PICTURES_AT_ONCE:
                frames += self._frame_rows(waiting)
                waiting = []
        frames += self._frame_rows(waiting)
        job.check_cancelled()
        return annotated(IndexedFile(asset, self._segment_rows(segments), frames), sounds)

    def _frame_rows(self, pictures: Sequence[Picture]) -> list[FrameRow]:
        if not pictures:
            return []
        vision, detectors = self.parts.vision, self.parts.detectors
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

    def _segment_rows(self, segments: Sequence[Segment]) -> list[SegmentRow]:
        rows = []
        for i in range(0, len(segments), _TEXTS_AT_ONCE):
            some = segments[i : i + _TEXTS_AT_ONCE]
            vectors = self.parts.text.encode_passages([_to_embed(segment) for segment in some])
            rows += [
                SegmentRow(
                    text=segment.text,
                    origin=segment.origin,
                    vector=vector,
                    start_s=segment.start_s,
                    end_s=segment.end_s,
                    page=segment.page,
                    heading=segment.heading,
                    word_times=[t for word in segment.words for t in (word.start_s, word.end_s)],
                )
                for segment, vector in zip(some, vectors, strict=True)
            ]
        return rows


def _failed(asset: Asset, reason: str) -> IndexedFile:
    if not os.access(asset.path, os.R_OK):  # gone or locked up: the next run looks again
        asset = replace(asset, mtime_ns=0, content=None)
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
