"""Where a film can be cut without coding it again, read off its packets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.media import container_start
from rushes.stretch import SEEK_BACK_S, SLACK_S, seek_to

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream


_UNKNOWN = -(2**63)


@dataclass(frozen=True)
class Coded:
    """One coded picture in decoding order. `pts` and `dts` count the stream's time base.

    `is_clean` key pictures may follow any other picture: an IDR picture of H.264, all key pictures
    of other codecs. What an edit list hides is not `shown`.
    """

    pts: int
    dts: int
    is_key: bool
    is_clean: bool
    shown: bool


@dataclass(frozen=True)
class Plan:
    """What to do with each picture of a stretch, by presentation time.

    `times` are all that the clip shows, in order. Those from `copy_from` to before `copy_to` can be
    copied, those before and after are coded again; both are None where nothing can be copied.
    """

    times: tuple[int, ...]
    copy_from: int | None
    copy_to: int | None

    @property
    def head(self) -> tuple[int, ...]:
        """What comes before the copied part."""
        return tuple(t for t in self.times if self.copy_from is not None and t < self.copy_from)

    @property
    def tail(self) -> tuple[int, ...]:
        """What comes after the copied part."""
        return tuple(t for t in self.times if self.copy_to is not None and t >= self.copy_to)


def read_packets(
    container: "InputContainer", stream: "VideoStream", start_s: float, end_s: float, job: Job
) -> tuple[list[Coded], float]:
    """The coded pictures around a stretch, from a key picture before it to one after it.

    And from where they were read: from there, and in MPEG's streams only from there, they can be
    read again.
    """
    start = ticks(container, stream, start_s + SLACK_S)
    for back_s in SEEK_BACK_S:
        coded = _read_from(container, stream, start_s - back_s, end_s, job)
        # Reading may have begun too late, where a container cannot say where its key pictures are.
        if any(each.shown and each.pts <= start for each in coded):
            break
    return _with_decoding_times(coded), start_s - back_s


def make_plan(coded: Sequence[Coded], start: int, stop: int) -> Plan:
    """Plan a clip from the picture that is on the screen at `start` up to the one at `stop`.

    Both count the stream's time base. A copy begins at a key picture, without the pictures that
    are shown before it but coded after it (an open group), and ends where no picture that is left
    out comes before one that is kept.

    Raises:
        RushesError: no picture is shown there.
    """
    shown = sorted(each.pts for each in coded if each.shown)
    first = max((pts for pts in shown if pts <= start), default=shown[0] if shown else stop)
    times = tuple(pts for pts in shown if first <= pts < stop)
    if not times:
        raise RushesError("no frame is shown there")
    for index, each in enumerate(coded):
        begins = each.is_key and each.shown and first <= each.pts < stop
        if not begins or (each.pts > first and not each.is_clean):
            continue
        end = _clean_end(coded[index:], each.pts, stop)
        if end is not None:
            return Plan(times, each.pts, end)
    return Plan(times, None, None)


def ticks(container: "InputContainer", stream: "VideoStream", seconds: float) -> int:
    """Seconds on the player's clock in the stream's time base, rounded down."""
    assert stream.time_base is not None
    return int((Fraction(container_start(container)) + Fraction(seconds)) // stream.time_base)


def _read_from(
    container: "InputContainer", stream: "VideoStream", start_s: float, end_s: float, job: Job
) -> list[Coded]:
    seek_to(container, start_s)
    stop = None if end_s == float("inf") else ticks(container, stream, end_s - SLACK_S)
    coded: list[Coded] = []
    for packet in container.demux(stream):
        job.check_cancelled()
        if packet.pts is None or packet.size == 0 or not (coded or packet.is_keyframe):
            continue
        is_key = packet.is_keyframe
        is_clean = is_key and (stream.codec_context.name != "h264" or _is_idr(packet, stream))
        dts = packet.dts if packet.dts is not None else _UNKNOWN
        coded.append(Coded(packet.pts, dts, is_key, is_clean, not packet.is_discard))
        # Everything that is shown before a key picture is coded before the one after it.
        if stop is not None and is_key and sum(k.is_key and k.pts > stop for k in coded[-600:]) > 1:
            break
    return coded


def _with_decoding_times(coded: Sequence[Coded]) -> list[Coded]:
    """Matroska has no decoding times; FFmpeg works them out, but for the first ones it reads."""
    shown = sorted(each.pts for each in coded)
    step = min((b - a for a, b in pairwise(shown) if b > a), default=1)
    whole: list[Coded] = []
    for each in reversed(coded):
        before = whole[-1].dts - step if whole else each.pts
        whole.append(replace(each, dts=before) if each.dts == _UNKNOWN else each)
    return whole[::-1]


def _clean_end(coded: Sequence[Coded], begin: int, stop: int) -> int | None:
    """The time before which a copy from `begin` on may end, the last one up to `stop`."""
    kept = [each for each in coded if each.pts >= begin]
    later = [stop] * (len(kept) + 1)  # the earliest picture from here on
    for index in range(len(kept) - 1, -1, -1):
        later[index] = min(later[index + 1], kept[index].pts)
    latest, end = begin, None
    for index, each in enumerate(kept):
        latest = max(latest, each.pts)
        if latest >= stop:
            break
        if latest < later[index + 1]:
            end = later[index + 1]
    return end


def _is_idr(packet: object, stream: "VideoStream") -> bool:
    """Whether a picture of H.264 lets nothing after it refer to anything before it."""
    data = bytes(packet)  # type: ignore[call-overload]
    extradata = stream.codec_context.extradata or b""
    if extradata[:1] != b"\x01":  # units after start codes
        return any(unit[:1] and unit[0] & 31 == 5 for unit in data.split(b"\0\0\1")[1:])
    length_bytes = (extradata[4] & 3) + 1
    at = 0
    while at + length_bytes < len(data):
        size = int.from_bytes(data[at : at + length_bytes], "big")
        if data[at + length_bytes] & 31 == 5:
            return True
        at += length_bytes + size
    return False
