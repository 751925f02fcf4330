"""Shots to describe: their frames, and their descriptions one after the other.

Knows nothing of tables: what comes in says where a shot lies, what goes out what happens there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from indexer.describe import Describer
from indexer.segments import Image
from rushes.errors import ModelMissing, RushesError, UnreadableFile
from rushes.media import container_start, open_media, until_broken, upright, video_stream
from rushes.text import one_line

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

Key = TypeVar("Key")

FRAME_SIDE = 768
"""Frames are handed on with no side longer than this, in pixels."""

_FEWEST, _MOST = 3, 5
_SECONDS_PER_FRAME = 2.0
# A describer that fails on so many shots in a row will fail on the rest.
_PATIENCE = 3
# Files without an index of their key frames are entered somewhere near the time asked for, and
# shown from the next key frame on: then again from so many seconds before, at last from the start.
_STEPS_BACK_S = (0.0, 12.0, 1e9)


@dataclass(frozen=True)
class ShotToDescribe(Generic[Key]):
    """Where a shot lies, in seconds of its file; a still has no times. `key` is the caller's."""

    key: Key
    path: Path
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True)
class Described(Generic[Key]):
    """What happens in a shot, "" if there is nothing to say. `error` says why it is not known."""

    shot: ShotToDescribe[Key]
    text: str
    error: str | None = None


def describe_shots(
    shots: Iterable[ShotToDescribe[Key]], describer: Describer, check: Callable[[], None]
) -> Iterator[Described[Key]]:
    """The shots' descriptions in their order, each as soon as it is there.

    A shot that cannot be read or described comes with the reason. `check` is called often and
    may raise to stop; what was yielded until then is whole.

    Raises:
        ModelMissing: no shot can be described.
        RushesError: the describer failed on several shots in a row.
    """
    failed = 0
    for shot in shots:
        check()
        try:
            frames = frames_of(shot.path, shot.start_s, shot.end_s, check=check)
        except UnreadableFile as error:
            yield Described(shot, "", str(error))
            continue
        except (OSError, ValueError) as error:  # ValueError: a picture of an odd format
            reason = getattr(error, "strerror", None) or error
            yield Described(shot, "", one_line(f"cannot read it: {reason}"))
            continue
        try:
            text = describer.describe(frames, check)
        except ModelMissing:
            raise
        except RushesError as error:
            failed += 1
            if failed == _PATIENCE:
                raise
            yield Described(shot, "", str(error))
            continue
        failed = 0
        yield Described(shot, text)


def frame_count(start_s: float, end_s: float) -> int:
    """How many frames tell what happens in a shot: three to five, by its length."""
    return min(_MOST, max(_FEWEST, round((end_s - start_s) / _SECONDS_PER_FRAME)))


def frames_of(
    path: Path,
    start_s: float | None,
    end_s: float | None,
    count: int | None = None,
    check: Callable[[], None] = lambda: None,
) -> list[Image]:
    """Frames spread evenly over a shot, in order: `count`, else three to five by its length.

    Fewer where the shot has fewer. Without times it is a still, or the frames of an animation
    in a picture file. `check` is called between packets and may raise to stop.

    Raises:
        UnreadableFile: it cannot be opened, or has no picture there.
    """
    if start_s is None or end_s is None:
        return _still(path)
    count = count or frame_count(start_s, end_s)
    step_s = (end_s - start_s) / count
    wanted = [start_s + (i + 0.5) * step_s for i in range(count)]
    with open_media(path) as container:
        stream = video_stream(container)
        if stream is None:
            raise UnreadableFile("it has no pictures")
        frames = _nearest(_frames_from(container, stream, wanted[0], check), wanted)
        if not frames:
            raise UnreadableFile(f"no picture can be decoded at {start_s:.1f} s")
        return frames


def _frames_from(
    container: "InputContainer", stream: "VideoStream", at_s: float, check: Callable[[], None]
) -> "Iterator[tuple[float, VideoFrame]]":
    """The frames from one at or before `at_s` on, each with its time, on the player's clock."""
    import av

    stream.thread_type = "AUTO"
    origin_s = container_start(container)
    for back_s in _STEPS_BACK_S:
        try:
            container.seek(int(max(origin_s, origin_s + at_s - back_s) * av.time_base))
        except av.FFmpegError:  # behind the end, as the index has it
            continue
        frames = _decoded(container, stream, check)
        first = next(frames, None)
        if first is not None and (first[0] <= at_s or back_s == _STEPS_BACK_S[-1]):
            yield first
            yield from frames
            return


def _decoded(
    container: "InputContainer", stream: "VideoStream", check: Callable[[], None]
) -> "Iterator[tuple[float, VideoFrame]]":
    import av

    origin_s = container_start(container)
    for packet in until_broken(container.demux(stream)):
        check()
        try:
            frames = packet.decode()
        except av.FFmpegError:
            continue  # a damaged packet: the frames around it may be whole
        for frame in frames:
            if frame.pts is not None:
                # Not frame.time: its time base is lost when a decoder is drained.
                yield float(frame.pts * (stream.time_base or 1)) - origin_s, frame


def _nearest(frames: "Iterator[tuple[float, VideoFrame]]", wanted: list[float]) -> list[Image]:
    """The frame that is on the screen at each wanted time, each frame once, as pictures."""
    chosen: list[Image] = []
    waiting = list(wanted)
    before: VideoFrame | None = None
    for time_s, frame in frames:
        passed = [at_s for at_s in waiting if at_s < time_s]
        waiting = waiting[len(passed) :]
        if passed:
            # Before the first frame there is none: then that one.
            chosen.append(upright(before or frame, FRAME_SIDE))
        if not waiting:
            break
        before = None if passed and before is None else frame
    if waiting and before is not None:
        chosen.append(upright(before, FRAME_SIDE))
    return chosen


def _still(path: Path) -> list[Image]:
    from indexer.readers.image import read_image
    from indexer.segments import Picture, Tools
    from rushes.jobs import Job

    return [item.image for item in read_image(path, Tools(Job())) if isinstance(item, Picture)]
