"""The timecode that a camera writes into its files."""

from pathlib import Path

import av


def stamped(source: Path, target: Path, timecode: str) -> Path:
    """A copy of a recording, not coded anew, whose first frame has this timecode."""
    with av.open(str(source)) as read, av.open(str(target), "w") as written:
        written.metadata["timecode"] = timecode
        streams = {each.index: written.add_stream_from_template(each) for each in read.streams}
        for packet in read.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream_index]
                written.mux(packet)
    return target
