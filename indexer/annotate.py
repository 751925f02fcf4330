"""What is known of a file, spread over its rows: its sound over the shots, the shots over words."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from indexer.colour import palette
from indexer.embed.detector import Detected
from indexer.looks import SMALL_WIDTH
from indexer.rows import Asset, FrameRow, IndexedFile, SegmentRow
from indexer.segments import HeardWhen, Image, Picture
from indexer.usable import lost_part, sharpness
from rushes.facts import Facts
from rushes.moment import Kind

_LISTEN_S = 10.0  # a recording without pictures is told in stretches of this length


def facts_of_picture(picture: Picture, detected: Detected | None) -> Facts:
    """What a picture by itself tells, beside what its shot does."""
    tint = palette(picture.image)
    facts = replace(
        picture.facts, brightness=tint.brightness, warmth=tint.warmth, colours=tint.colours
    )
    if facts.sharpness is None:  # a still: a shot's were taken from many frames
        small = _small(picture.image)
        facts = replace(facts, sharpness=sharpness(small[..., 2]), exposure=1 - lost_part(small))
    if detected is not None:
        facts = replace(facts, people=detected.people, size=detected.size)
    return facts


def annotated(file: IndexedFile, sounds: HeardWhen | None) -> IndexedFile:
    """The file with everything that is known of the stretch that each row lies in."""
    asset = file.asset
    if asset.kind is Kind.AUDIO:
        return _of_sound(file, sounds)
    if asset.kind is not Kind.VIDEO:
        return file
    lengths = _shot_lengths(file.frames)
    frames = [
        replace(frame, facts=_with_sound(frame, sounds), length_s=lengths.get(frame.shot))
        for frame in file.frames
    ]
    segments = [_in_its_shot(segment, frames, asset) for segment in file.segments]
    return IndexedFile(asset, segments, frames)


def _small(image: Image) -> NDArray[np.uint8]:
    """As the frames of films are looked at: HSV, shape (height, SMALL_WIDTH, 3)."""
    import cv2

    height, width = image.shape[:2]
    size = (SMALL_WIDTH, max(1, round(height * SMALL_WIDTH / width)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2HSV), np.uint8)


def _of_sound(file: IndexedFile, sounds: HeardWhen | None) -> IndexedFile:
    """A recording without pictures: what is heard in it, in rows that show nothing."""
    length_s = file.asset.duration_s
    if sounds is None:
        return replace(file, segments=[replace(each, length_s=length_s) for each in file.segments])
    told = [
        replace(
            segment,
            facts=Facts(sound=sounds.between(segment.start_s or 0.0, segment.end_s or 0.0)),
            length_s=length_s,
        )
        for segment in file.segments
    ]
    heard: list[FrameRow] = []
    start_s, end_s = 0.0, length_s or 0.0
    while start_s < end_s:
        until_s = min(start_s + _LISTEN_S, end_s)
        facts = Facts(sound=sounds.between(start_s, until_s))
        if heard and heard[-1].facts == facts:
            heard[-1] = replace(heard[-1], end_s=until_s)
        else:
            row = FrameRow(None, start_s=start_s, end_s=until_s, facts=facts, length_s=length_s)
            heard.append(row)
        start_s = until_s
    return IndexedFile(file.asset, told, heard)


def _with_sound(frame: FrameRow, sounds: HeardWhen | None) -> Facts:
    if sounds is None or frame.start_s is None or frame.end_s is None:
        return frame.facts
    return replace(frame.facts, sound=sounds.between(frame.start_s, frame.end_s))


def _shot_lengths(frames: Sequence[FrameRow]) -> dict[int | None, float]:
    """How long each shot is, by its number. A long one has several frames."""
    starts: dict[int | None, float] = {}
    ends: dict[int | None, float] = {}
    for frame in frames:
        if frame.start_s is not None and frame.end_s is not None:
            starts[frame.shot] = min(frame.start_s, starts.get(frame.shot, frame.start_s))
            ends[frame.shot] = max(frame.end_s, ends.get(frame.shot, frame.end_s))
    return {shot: ends[shot] - start_s for shot, start_s in starts.items()}


def _in_its_shot(segment: SegmentRow, frames: Sequence[FrameRow], asset: Asset) -> SegmentRow:
    """The words with the facts of the frame that is seen during most of them."""

    def shared_s(frame: FrameRow) -> float:
        if None in (segment.start_s, segment.end_s, frame.start_s, frame.end_s):
            return 0.0
        ends, starts = (segment.end_s, frame.end_s), (segment.start_s, frame.start_s)
        return min(ends) - max(starts)  # type: ignore[type-var, operator]

    shown = max(frames, key=shared_s, default=None)
    if shown is None or shared_s(shown) <= 0:
        return replace(segment, length_s=asset.duration_s)
    return replace(segment, facts=shown.facts, length_s=shown.length_s)
