"""Final Cut Pro's XML, which DaVinci Resolve reads too.

Opentimelineio's adapter (otio-fcpx-xml-adapter 1.0.0) reads what is written here, but cannot write
it: it cuts rates down to whole numbers, so that 23.976 becomes 23, and fails on sound at such a
rate (OpenTimelineIO issues 903 and 1661). Here every time is a fraction of a second. Nor can it
read a still, which is written as Final Cut does: of no length, at no rate, and not as a clip.
"""

from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from rushes.handoff.clips import Clip, Cut, Source, by_source
from rushes.handoff.timecode import can_drop
from rushes.text import one_line

_VERSION = "1.9"  # the last in which a file's address stands where the adapter looks for it
_USUAL_SIZE = (1920, 1080)
_STILL_FORMAT = "FFVideoFormatRateUndefined"


def fcpxml_text(cut: Cut) -> str:
    """A library with one project: each clip with its pictures and its sound, in the main storyline.

    An asset is all of its file, so that handles are as long as the file allows. A clip's start is
    its file's timecode, in seconds; its length is whole frames of the timeline.
    """
    root = Element("fcpxml", version=_VERSION)
    resources = SubElement(root, "resources")
    formats = _Formats(resources)
    size = next((clip.source.size for clip in cut.clips if _is_film(clip.source)), None)
    main = formats.of(size or _USUAL_SIZE, cut.fps)
    assets = {
        source: _asset(resources, formats, source, f"a{number}")
        for number, source in enumerate(by_source(cut.clips), 1)
    }
    event = SubElement(SubElement(root, "library"), "event", name=cut.name)
    sequence = SubElement(
        SubElement(event, "project", name=cut.name),
        "sequence",
        format=main,
        duration=_time(cut.length, cut.fps),
        tcStart="0s",
        tcFormat="DF" if can_drop(cut.fps) else "NDF",
    )
    spine = SubElement(sequence, "spine")
    for clip in cut.clips:
        spine.append(_clip(clip, cut.fps, assets[clip.source]))
    indent(root)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'
    return f"{head}{tostring(root, encoding='unicode')}\n"


class _Formats:
    """The sizes and rates in use, each under an id of its own."""

    def __init__(self, resources: Element) -> None:
        self._resources = resources
        self._ids: dict[tuple[tuple[int, int], Fraction | None], str] = {}

    def of(self, size: tuple[int, int], fps: Fraction | None) -> str:
        """The id of a format. `fps` is None of a still."""
        if (size, fps) not in self._ids:
            self._ids[size, fps] = name = f"r{len(self._ids) + 1}"
            element = SubElement(self._resources, "format", id=name)
            if fps is None:
                element.set("name", _STILL_FORMAT)
            else:
                element.set("frameDuration", _time(1, fps))
            element.set("width", str(size[0]))
            element.set("height", str(size[1]))
        return self._ids[size, fps]


def _asset(resources: Element, formats: _Formats, source: Source, name: str) -> str:
    asset = Element("asset", id=name, name=one_line(source.path.name), src=source.url)
    asset.set("start", _time(source.first, source.fps))
    if source.still:
        asset.set("duration", "0s")
    elif source.frames is not None:
        asset.set("duration", _time(source.frames, source.fps))
    if source.size is not None:
        asset.set("hasVideo", "1")
        asset.set("format", formats.of(source.size, None if source.still else source.fps))
    if source.sounds:
        asset.set("hasAudio", "1")
        asset.set("audioSources", str(source.sounds))
    resources.append(asset)
    return name


def _clip(clip: Clip, fps: Fraction, asset: str) -> Element:
    source = clip.source
    element = Element("video" if source.still else "asset-clip", ref=asset, name=clip.name)
    element.set("offset", _time(clip.at, fps))
    element.set("start", _time(clip.start, source.fps))
    element.set("duration", _time(clip.length, fps))
    if not source.still:
        element.set("tcFormat", "DF" if source.drop else "NDF")
    if note := one_line(clip.select.note):
        SubElement(element, "note").text = note
    if source.fps != fps:
        # At its own speed: Final Cut would else play 25 frames a second as 24, a little slower.
        rate = f"{float(source.fps):.2f}".removesuffix(".00")
        SubElement(element, "conform-rate", scaleEnabled="0", srcFrameRate=rate)
    return element


def _is_film(source: Source) -> bool:
    return source.size is not None and not source.still


def _time(frames: int, fps: Fraction) -> str:
    seconds = frames / fps
    if seconds.denominator == 1:
        return f"{seconds.numerator}s"
    return f"{seconds.numerator}/{seconds.denominator}s"
