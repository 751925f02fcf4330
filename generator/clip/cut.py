"""`rushes clip`: a stretch of a film as a file of its own, coded again only where it must be."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from generator.clip.check import shows
from generator.clip.edges import (
    can_join,
    coded_again,
    encoder_for,
    prepared,
    set_up,
    shown_frames,
)
from generator.clip.plan import Coded, Plan, make_plan, read_packets, ticks
from generator.clip.sounds import QUICKTIME, SoundCopy, check_holds
from rushes.errors import RushesError, UnreadableFile, WrongUsage
from rushes.handoff.timecode import drops, first_frame, label
from rushes.jobs import Job
from rushes.media import MediaInfo, container_start, media_info, open_media, video_stream
from rushes.output import check_output, whole_file, writing
from rushes.place import Place
from rushes.stretch import SLACK_S, check_within, film_length, reading, seek_to
from rushes.synthetic import kept_marks
from rushes.text import one_line

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

ENDINGS = (*QUICKTIME, ".mkv", ".mts", ".ts", ".webm", ".avi", ".mxf")
"""Of files that clips can be written as."""


class How(StrEnum):
    """What became of a clip's pictures."""

    COPIED = "copied"
    EDGES = "edges coded again"
    CODED = "coded again"


@dataclass(frozen=True)
class Clip:
    """A clip that was cut. `coded` frames of `frames` are not the film's own bits.

    `start_s` and `end_s` are the film's, to the frame. `reason` says why all had to be coded.
    """

    path: Path
    how: How
    frames: int
    coded: int
    start_s: float
    end_s: float
    reason: str = ""


def cut_clip(place: Place, out: Path, job: Job, *, force: bool = False) -> Clip:
    """Write the stretch at `place` to `out`: from the frame on the screen at its start up to the
    one on the screen at its end, which is not in it.

    Pictures and all sound tracks are copied as they are. Where the cut falls between key frames,
    only the edges are coded again; a joined clip is decoded around its joins and compared with the
    film, and coded again as a whole if they differ. `out` appears when it is whole.

    Raises:
        WrongUsage: `out` has an ending that no container goes by.
        RushesError: a file cannot be read or written, or the film ends before the stretch.
        Cancelled: the job was cancelled. No file is left behind.
    """
    check_output(out, force, [place.path])
    if out.suffix.lower() not in ENDINGS:
        raise WrongUsage(
            f"cannot write a clip as {one_line(out.name)}: end it in {', '.join(ENDINGS)}"
        )
    with reading(place.path):
        stretch = _planned(place, job)
        codec, plan = stretch.codec, stretch.plan
        with whole_file(out, force) as partial:
            reason = ""
            if plan.copy_from is None:
                reason = "no key frame in it to copy from"
            elif (plan.head or plan.tail) and not can_join(codec):
                reason = f"{codec} cannot be joined at a frame that is no key frame"
            else:
                _write(stretch, out, partial, job, whole=False)
                joins = [len(plan.head)] if plan.head else []
                joins += [len(plan.times) - len(plan.tail)] if plan.tail else []
                if shows(partial, place.path, plan.times, stretch.time_base, joins):
                    how = How.EDGES if joins else How.COPIED
                    return stretch.clip(out, how, len(plan.head) + len(plan.tail))
                reason = "joined to what was coded again it did not play as the film does"
            _write(stretch, out, partial, job, whole=True)
            if not shows(partial, place.path, plan.times, stretch.time_base, [0]):
                raise RushesError(
                    f"cannot cut {one_line(place.path.name)} there: the clip does not show the "
                    "film's frames (is the film damaged?)"
                )
    return stretch.clip(out, How.CODED, len(plan.times), reason)


@dataclass(frozen=True)
class _Cut:
    """A stretch that is planned. `stop`, and `frame`, how long one is shown, count `time_base`."""

    place: Place
    info: MediaInfo
    codec: str
    time_base: Fraction
    coded: tuple[Coded, ...]
    plan: Plan
    stop: int
    frame: int
    origin_s: float
    read_from_s: float

    def clip(self, path: Path, how: How, coded: int, reason: str = "") -> Clip:
        start_s = float(self.plan.times[0] * self.time_base) - self.origin_s
        end_s = float(self.stop * self.time_base) - self.origin_s
        return Clip(path, how, len(self.plan.times), coded, start_s, end_s, reason)

    @property
    def delay(self) -> int:
        """By how much the pictures that are copied are decoded before they are shown."""
        begin, end = self.plan.copy_from, self.plan.copy_to
        assert begin is not None and end is not None
        kept = [each for each in self.coded if begin <= each.pts < end]
        key, after = kept[0], kept[1] if len(kept) > 1 else None
        # Without the leading pictures of an open group what follows is decoded later.
        late = after.dts - self.frame if after is not None else key.dts
        return key.pts - min(key.pts, max(key.dts, late))

    @property
    def timecode(self) -> str | None:
        """The film's own timecode at the clip's first frame."""
        if self.info.timecode is None or self.info.video is None:
            return None
        fps = self.info.video.fps
        drop = drops(self.info.timecode, fps)
        passed = round((self.plan.times[0] * self.time_base - Fraction(self.origin_s)) * fps)
        return label(first_frame(self.info.timecode, fps, fps, drop) + passed, fps, drop)


def _planned(place: Place, job: Job) -> _Cut:
    job.report("looking for key frames", 0, None)
    with open_media(place.path) as container:
        info = media_info(container)
        stream = video_stream(container)
        if stream is None or stream.time_base is None:
            raise RushesError(f"{one_line(place.path.name)} has no moving pictures: name a film")
        check_within(place, film_length(container, stream))
        start_s = place.start_s or 0.0
        end_s = place.end_s if place.end_s is not None else float("inf")
        coded, read_from_s = read_packets(container, stream, start_s, end_s, job)
        start = ticks(container, stream, start_s + SLACK_S)
        last = max(each.pts for each in coded)
        frame = round(1 / (stream.average_rate or Fraction(25)) / stream.time_base)
        stop = last + frame
        if place.end_s is not None:
            stop = min(stop, ticks(container, stream, place.end_s - SLACK_S) + 1)
        plan = make_plan(coded, start, stop)
        after = min((each.pts for each in coded if each.shown and each.pts >= stop), default=stop)
        return _Cut(
            place,
            info,
            stream.codec_context.name,
            stream.time_base,
            tuple(coded),
            plan,
            after,
            frame,
            container_start(container),
            read_from_s,
        )


def _write(cut: _Cut, out: Path, partial: Path, job: Job, *, whole: bool) -> None:
    """Write the clip, its pictures all coded again or copied as planned."""
    import av

    start_s, end_s = cut.plan.times[0] * cut.time_base, cut.stop * cut.time_base
    with open_media(cut.place.path) as container:
        stream = video_stream(container)
        assert stream is not None
        flags = "+faststart"
        if kept_marks(cut.info.marks):  # that a machine made it: names that the muxer drops
            flags += "+use_metadata_tags"
        options = {"movflags": flags} if out.suffix.lower() in QUICKTIME else {}
        with writing(out):
            target = av.open(str(partial), "w", container_options=options)
        try:
            target.metadata.update(container.metadata)
            target.metadata.pop("timecode", None)
            if cut.timecode is not None:
                target.metadata["timecode"] = cut.timecode
            check_holds(target, encoder_for(cut.codec) if whole else cut.codec, out)
            packets = (_all_coded if whole else _as_planned)(cut, container, stream, target)
            first = next(packets, None)
            if first is None:
                raise UnreadableFile("no frame there can be decoded (is it damaged?)")
            sounds = SoundCopy(target, out, cut.place.path, start_s, end_s)
            total = len(cut.plan.times)
            for done, packet in enumerate(chain((first,), packets), 1):
                job.check_cancelled()
                assert packet.pts is not None
                at_s = packet.pts * packet.time_base
                with writing(out):
                    target.mux(packet)
                sounds.write_until(at_s)
                if done % 25 == 0:
                    job.report("cutting", done, total, f"frame {done} of {total}")
            sounds.write_until(None)
        except BaseException:
            with suppress(OSError):  # else closing would put what is thrown away in order
                partial.unlink()
            with suppress(RushesError), writing(out):
                target.close()
            raise
        with writing(out):
            target.close()


def _as_planned(
    cut: _Cut, container: "InputContainer", stream: "VideoStream", target: "OutputContainer"
) -> "Iterator[Packet[VideoStream]]":
    """The film's own packets, with what is coded again before and after them."""
    import av

    plan = cut.plan
    output = target.add_stream_from_template(stream)
    output.time_base = stream.time_base
    parameter_sets = None
    packed = (stream.codec_context.extradata or b"")[:1] == b"\x01"
    if packed and (plan.head or plan.tail):
        # Each part brings its parameter sets along, as MPEG's streams do: those of two encoders
        # differ.
        name = f"{cut.codec}_mp4toannexb"
        parameter_sets = av.BitStreamFilterContext(name, stream, output)
    elif stream.codec_context.codec_tag == "hvc1":
        output.codec_context.codec_tag = "hvc1"  # Apple's players refuse hev1
    shift = plan.times[0]
    for packet in coded_again(container, stream, plan.head, shift, cut.delay):
        packet.stream = output
        yield packet
    decoded = {each.pts: each.dts for each in cut.coded}
    for packet in _own_packets(cut, container, stream):
        for ready in parameter_sets.filter(packet) if parameter_sets else [packet]:
            assert ready.pts is not None
            is_first = ready.pts == plan.copy_from
            ready.dts = ready.pts - cut.delay if is_first else decoded[ready.pts]
            ready.pts, ready.dts = ready.pts - shift, ready.dts - shift
            ready.stream = output
            yield ready
    for packet in coded_again(container, stream, plan.tail, shift, cut.delay):
        packet.stream = output
        yield packet


def _own_packets(
    cut: _Cut, container: "InputContainer", stream: "VideoStream"
) -> "Iterator[Packet[VideoStream]]":
    begin, end = cut.plan.copy_from, cut.plan.copy_to
    assert begin is not None and end is not None
    left = sum(begin <= each.pts < end for each in cut.coded)
    seek_to(container, cut.read_from_s)
    begun = False
    for packet in container.demux(stream):
        if packet.pts is None:
            continue
        begun = begun or packet.pts == begin
        if begun and begin <= packet.pts < end:
            yield packet
            left -= 1
        if not left:
            return


def _all_coded(
    cut: _Cut, container: "InputContainer", stream: "VideoStream", target: "OutputContainer"
) -> "Iterator[Packet[VideoStream]]":
    """Every frame coded again, at its own time."""
    from av.video.stream import VideoStream

    output: VideoStream | None = None
    for frame in shown_frames(container, stream, cut.plan.times):
        if output is None:
            added = target.add_stream(encoder_for(cut.codec))
            assert isinstance(added, VideoStream)
            output = added
            set_up(output.codec_context, stream, frame)
            output.time_base = stream.time_base
            if frame.rotation:
                output.set_display_rotation(frame.rotation)
        yield from output.encode(prepared(frame, output.codec_context, cut.plan.times[0]))
    if output is not None:
        yield from output.encode(None)
