"""Shots longer than a model draws at once: in parts, each of which goes on from the one before."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from generator.backends.protocol import Capabilities, Image, PlacedKeyframe, Request
from generator.storyboard import check_distances
from rushes.errors import WrongUsage


@dataclass(frozen=True)
class Part:
    """What is drawn at once. Its first `shared` frames are the last of the part before.

    `request` lacks them: they are known when the part before is drawn.
    """

    request: Request
    shared: int

    @property
    def carried(self) -> bool:
        """Whether it goes on from anything."""
        return self.shared > 0


def in_parts(whole: Request, carried: bool, can: Capabilities, name: str) -> tuple[Part, ...]:
    """A shot in parts that a back end can draw. `carried`: its first frame is the shot's before.

    Within a shot, parts overlap by as many frames as the back end can begin with: from one picture
    it could not know how fast things move.

    Raises:
        WrongUsage: keyframes are too near each other, or too many; names the shot.
    """
    step = can.frame_step
    steps = (whole.frames - 1) // step
    most = max(1, math.floor((math.floor(can.longest_s * whole.fps) - 1) / step))
    overlap = min((can.most_lead - 1) // step, most // 3)
    count = 1 if steps <= most else math.ceil(steps / (most - overlap))
    parts: list[Part] = []
    for number in range(count):
        join = steps * number // count * step
        last = steps * (number + 1) // count * step
        first = join - overlap * step if number else 0
        shared = overlap * step + 1 if number else int(carried)
        inside = [
            replace(each, frame=each.frame - first)
            for each in whole.keyframes
            # The frame of a join is the part's before: what it drew there is carried over.
            if (join + 1 if number else 0) <= each.frame <= last
        ]
        taken = [*([shared - 1] if shared else []), *(each.frame for each in inside)]
        check_distances(name, taken, step)
        if len(taken) > can.most_keyframes:
            raise WrongUsage(
                f"{name} has {len(taken)} keyframes in one part, of which "
                f"{can.most_keyframes} are possible: leave some out, or make it two shots"
            )
        request = replace(whole, keyframes=tuple(inside), frames=last - first + 1)
        if whole.depth is not None:
            seen = whole.depth.pictures[first : last + 1]
            request = replace(request, depth=replace(whole.depth, pictures=seen))
        parts.append(Part(request, shared))
    return tuple(parts)


def with_lead(request: Request, pictures: Sequence[Image]) -> Request:
    """The request of a part, with the pictures that it begins with, if any."""
    if len(pictures) == 1:
        first = PlacedKeyframe(pictures[0], 0)
        return replace(request, keyframes=(first, *request.keyframes))
    return replace(request, lead=tuple(pictures))


def joined(parts: Sequence[tuple[Part, Iterator[Image]]]) -> Iterator[Image]:
    """A shot's pictures: over frames that two parts share, one fades into the other.

    The first frame of the shot is left out if the shot before has shown it.
    """
    held: list[Image] = []
    for number, (part, pictures) in enumerate(parts):
        kept = parts[number + 1][0].shared if number + 1 < len(parts) else 0
        waiting: list[Image] = []
        for index, picture in enumerate(pictures):
            if index < part.shared and not number:
                continue
            if index < part.shared:
                picture = _mixed(held[index], picture, index / part.shared)
            waiting.append(picture)
            if len(waiting) > kept:
                yield waiting.pop(0)
        held = waiting
    yield from held


def _mixed(before: Image, after: Image, share: float) -> Image:
    mixed = before.astype(np.float32) * (1 - share) + after.astype(np.float32) * share
    return np.rint(mixed).astype(np.uint8)
