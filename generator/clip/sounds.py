"""The sound tracks of a clip: copied as they are, beside the pictures."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rushes.errors import RushesError
from rushes.media import open_media, until_broken
from rushes.output import writing
from rushes.stretch import SEEK_BACK_S, seek_to
from rushes.text import one_line

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet

QUICKTIME = (".mp4", ".mov", ".m4v")

_LEAD_IN = 2
"""Packets before the first that is heard: coders mix each with the one before."""


class SoundCopy:
    """Copies the packets of all sound tracks between two times, as far as the pictures have come.

    Times are the streams' own, in seconds; `start_s` becomes 0. QuickTime and MP4 hide what is
    before 0 by an edit list, so that the sound begins exactly there; in others it begins up to a
    packet later.

    Raises:
        RushesError: the container cannot hold the sound.
    """

    def __init__(
        self,
        container: "OutputContainer",
        out: Path,
        source: Path,
        start_s: Fraction,
        end_s: Fraction,
    ) -> None:
        hides = out.suffix.lower() in QUICKTIME
        self._container = container
        self._out = out
        self._packets = _packets(source, start_s, end_s, hides)
        with open_media(source) as opened:
            tracks = [each for each in opened.streams.audio if each.codec_context is not None]
            for track in tracks:
                check_holds(container, track.codec_context.name, out)
            self._outputs = {
                track.index: container.add_stream_from_template(track) for track in tracks
            }
        self._start_s = start_s
        self._waiting: Packet[AudioStream] | None = None

    def write_until(self, seconds: Fraction | None) -> None:
        """Write what begins before `seconds` after the start; None: all."""
        while (packet := self._waiting or next(self._packets, None)) is not None:
            self._waiting = packet
            assert packet.pts is not None
            at_s = packet.pts * packet.time_base - self._start_s
            if seconds is not None and at_s >= seconds:
                return
            shifted = round(at_s / packet.time_base)
            packet.dts = packet.pts = shifted
            packet.stream = self._outputs[packet.stream.index]
            with writing(self._out):
                self._container.mux(packet)
            self._waiting = None


def check_holds(container: "OutputContainer", codec: str, out: Path) -> None:
    """Whether the container that a file's ending stands for holds a codec.

    Raises:
        RushesError: it does not.
    """
    if codec not in container.supported_codecs:
        raise RushesError(
            f"cannot write {one_line(out.name)}: {out.suffix} does not hold {codec}, end it in "
            ".mov or .mkv"
        )


def _packets(
    source: Path, start_s: Fraction, end_s: Fraction, hides: bool
) -> "Iterator[Packet[AudioStream]]":
    with open_media(source) as container:
        tracks = [s for s in container.streams.audio if s.codec_context is not None]
        if not tracks:
            return
        origin = Fraction(container.start_time or 0, 10**6)
        seek_to(container, float(start_s - origin) - SEEK_BACK_S[0])
        before: dict[int, list[Packet[AudioStream]]] = {track.index: [] for track in tracks}
        ended: set[int] = set()
        packets = cast("Iterator[Packet[AudioStream]]", container.demux(tracks))
        for packet in until_broken(packets):
            if packet.pts is None or packet.size == 0:
                continue
            index = packet.stream.index
            at_s = packet.pts * packet.time_base
            if at_s >= end_s:
                ended.add(index)
                if len(ended) == len(tracks):
                    return
                continue
            if at_s < start_s:
                before[index] = [*before[index], packet][-_LEAD_IN:]
                continue
            if hides:
                yield from before[index]
            before[index] = []
            yield packet
