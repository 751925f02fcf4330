"""A timeline in OpenTimelineIO's own format, which keeps all that is known."""

from fractions import Fraction
from typing import TYPE_CHECKING

from rushes.handoff.clips import Clip, Cut
from rushes.text import clean

if TYPE_CHECKING:
    from opentimelineio.core import Item
    from opentimelineio.opentime import RationalTime, TimeRange


def otio_text(cut: Cut) -> str:
    """One track of pictures and one of sound, gaps where a clip has none, as JSON.

    A clip's source range counts frames of its file at the file's rate, from its timecode on. Its
    media reference has all of the file, so that its handles are as long as the file allows. The
    start of the timeline, 0, carries its rate.
    """
    import opentimelineio as otio

    timeline = otio.schema.Timeline(cut.name, global_start_time=_time(0, cut.fps))
    pictures = [clip.source.size is not None for clip in cut.clips]
    sounds = [clip.source.sounds > 0 for clip in cut.clips]
    kinds = otio.schema.TrackKind
    for name, kind, wanted in (("V1", kinds.Video, pictures), ("A1", kinds.Audio, sounds)):
        if any(wanted):
            track = otio.schema.Track(name, kind=kind)
            for clip, is_in in zip(cut.clips, wanted, strict=True):
                track.append(_item(clip, is_in))
            timeline.tracks.append(track)
    text: str = timeline.to_json_string(indent=2)
    return text


def _item(clip: Clip, is_in: bool) -> "Item":
    import opentimelineio as otio

    source = clip.source
    shown = _range(clip.start, clip.frames, source.fps)
    if not is_in:
        return otio.schema.Gap(source_range=_range(0, clip.frames, source.fps))
    # A still has no length of its own, yet editors expect a reference to have one.
    frames = clip.frames if source.still else source.frames
    available = None if frames is None else _range(source.first, frames, source.fps)
    about = {"note": clean(clip.select.note)} if clip.select.note else {}
    return otio.schema.Clip(
        name=clip.name,
        media_reference=otio.schema.ExternalReference(source.url, available),
        source_range=shown,
        metadata={"rushes": about} if about else None,
    )


def _range(start: int, frames: int, fps: Fraction) -> "TimeRange":
    import opentimelineio as otio

    return otio.opentime.TimeRange(_time(start, fps), _time(frames, fps))


def _time(frame: int, fps: Fraction) -> "RationalTime":
    import opentimelineio as otio

    return otio.opentime.RationalTime(frame, float(fps))
