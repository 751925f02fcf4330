"""Coding pictures again as their film is coded, so that they can stand beside its own."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, cast

from rushes.errors import UnreadableFile
from rushes.media import container_start
from rushes.stretch import frames_from

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_ENCODERS = {"h264": "libx264", "hevc": "libx265"}
_OPTIONS = {
    "libx264": {"preset": "veryfast", "crf": "14"},
    "libx265": {"preset": "veryfast", "crf": "14", "x265-params": "log-level=none:open-gop=0"},
}
# An end of sequence: a key picture of an open group may stand after it.
_HEVC_END = b"\0\0\0\1\x48\x01"


def can_join(codec: str) -> bool:
    """Whether pictures that are coded here can stand beside a film's own."""
    return codec in _ENCODERS


def encoder_for(codec: str) -> str:
    """FFmpeg's encoder of that codec, or of the one that stands in for it."""
    return _ENCODERS.get(codec, "libx264")


def set_up(context: "VideoCodecContext", source: "VideoStream", first: "VideoFrame") -> None:
    """Make an encoder write what `source` holds: size, depth, colours, shape of the pixels."""
    own = source.codec_context
    context.width, context.height = first.width, first.height
    # The film's own depth and subsampling, or where the encoder lacks it what plays everywhere.
    known = {form.name for form in context.codec.video_formats or ()}
    context.pix_fmt = first.format.name if first.format.name in known else "yuv420p"
    context.color_range, context.colorspace = own.color_range, own.colorspace
    context.color_primaries, context.color_trc = own.color_primaries, own.color_trc
    if source.sample_aspect_ratio:
        context.sample_aspect_ratio = source.sample_aspect_ratio
    assert source.time_base is not None
    context.time_base = source.time_base
    context.framerate = source.average_rate or source.guessed_rate or Fraction(25)
    context.max_b_frames = 0
    context.gop_size = 250
    context.options = dict(_OPTIONS[context.name])


def prepared(frame: "VideoFrame", context: "VideoCodecContext", shift: int) -> "VideoFrame":
    """A decoded frame for an encoder that was set up, `shift` earlier."""
    at = frame.pts or 0
    if frame.format.name != context.pix_fmt:
        frame = frame.reformat(format=context.pix_fmt)
    frame.pts, frame.time_base = at - shift, context.time_base
    frame.pict_type = 0  # the encoder is free to choose
    return frame


def shown_frames(
    container: "InputContainer", stream: "VideoStream", times: Iterable[int]
) -> "Iterator[VideoFrame]":
    """The decoded frames with those presentation times, in order."""
    wanted = sorted(times)
    assert stream.time_base is not None
    start_s = float(wanted[0] * stream.time_base) - container_start(container)
    left = set(wanted)
    for frame in frames_from(container, stream, max(0.0, start_s)):
        if frame.pts in left:
            left.discard(frame.pts)
            yield frame
        if not left:
            return


def coded_again(
    container: "InputContainer",
    stream: "VideoStream",
    times: tuple[int, ...],
    shift: int,
    delay: int,
) -> "Iterator[Packet[VideoStream]]":
    """The pictures at those times, coded as the film is: a group of its own, in decoding order.

    `shift` is taken off all times. Decoding runs `delay` ahead, as it does in the film.
    """
    import av

    if not times:
        return
    name = encoder_for(stream.codec_context.name)
    context: VideoCodecContext | None = None
    for frame in chain(shown_frames(container, stream, times), (None,)):
        if context is None:
            if frame is None:
                raise UnreadableFile("a frame there cannot be decoded (is it damaged?)")
            context = cast("VideoCodecContext", av.CodecContext.create(name, "w"))
            set_up(context, stream, frame)
        given = None if frame is None else prepared(frame, context, shift)
        for packet in context.encode(given):
            assert packet.pts is not None
            ends = name == "libx265" and packet.pts == times[-1] - shift
            ready = _with(packet, _HEVC_END) if ends else packet
            ready.dts = packet.pts - delay
            ready.time_base = context.time_base
            yield ready


def _with(packet: "Packet[VideoStream]", ending: bytes) -> "Packet[VideoStream]":
    import av

    longer: Packet[VideoStream] = av.Packet(bytes(packet) + ending)  # type: ignore[assignment]
    longer.pts, longer.dts, longer.duration = packet.pts, packet.dts, packet.duration
    longer.is_keyframe = packet.is_keyframe
    return longer
