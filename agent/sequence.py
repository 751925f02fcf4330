"""Which clip goes where: chosen over all shots of a reel together, so that neighbours match."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agent.clips import SHORTEST_S, Clip
from rushes.facts import Facts, Move, ShotSize

_WIDTH = 32  # orders of clips that are followed up at once
_SLACK_S = 0.2  # a clip may be so much too short
_PARTNERS = 8  # looked at, where one clip does not last

_OPPOSITE = {
    frozenset(pair)
    for pair in (
        (Move.PAN_LEFT, Move.PAN_RIGHT),
        (Move.TILT_UP, Move.TILT_DOWN),
        (Move.ZOOM_IN, Move.ZOOM_OUT),
        (Move.DOLLY_IN, Move.DOLLY_OUT),
        (Move.ROLL_LEFT, Move.ROLL_RIGHT),
    )
}
_RESTLESS = (Move.HANDHELD, Move.STATIC)


@dataclass(frozen=True)
class Slot:
    """A place in a reel: so many seconds, the clips that could fill it, and sizes that suit it."""

    seconds: float
    clips: Sequence[Clip]
    sizes: tuple[ShotSize, ...] = ()


@dataclass(frozen=True)
class Cut:
    """A clip in a slot, given by its number, for so many seconds."""

    slot: int
    clip: Clip
    seconds: float


@dataclass(frozen=True)
class Weights:
    """What counts, in units of the best clip's fit to its line, which is 1.

    On the tuning half of benchmarks/broll.py they take away a quarter of the neighbours of one
    size, an eighth of the differences in motion and a fourteenth of those in light, for one line in
    forty that loses its right clip.
    """

    same_size: float = 0.08
    same_move: float = 0.04
    opposite_move: float = 0.1
    motion: float = 0.2
    brightness: float = 0.2
    warmth: float = 0.1
    colours: float = 0.05
    same_file: float = 0.1
    wished_size: float = 0.2
    still: float = 0.15
    dull: float = 0.1
    two_clips: float = 0.1
    missing: float = 1.0


USUAL = Weights()
NOTHING_BUT_FIT = Weights(
    same_size=0.0,
    same_move=0.0,
    opposite_move=0.0,
    motion=0.0,
    brightness=0.0,
    warmth=0.0,
    colours=0.0,
    same_file=0.0,
    wished_size=0.0,
    still=0.0,
    dull=0.0,
)
"""The best clip that is left for each line, whatever its neighbours are."""


@dataclass(frozen=True)
class _State:
    """An order of clips so far."""

    value: float = 0.0
    used: frozenset[int] = frozenset()
    last: Clip | None = None
    cuts: tuple[Cut, ...] = ()


def arranged(
    slots: Sequence[Slot], weights: Weights = USUAL, check: Callable[[], None] = lambda: None
) -> tuple[Cut, ...]:
    """The clips in order; a slot without one stays empty. No `look` comes twice.

    A beam search from the first slot to the last: at each the best orders so far are followed
    up, so that a clip which two lines want goes to the one that has no other as good. `check` is
    called for each and may raise to stop.
    """
    states = [_State()]
    for number, slot in enumerate(slots):
        check()
        options = (
            (state.value + value, order, cuts, state)
            for state in states
            for order, (value, cuts) in enumerate(_options(slot, number, state, weights))
        )
        best = heapq.nlargest(_WIDTH, options, key=lambda option: option[0])
        states = [_followed(state, value, cuts) for value, _, cuts, state in best]
    return states[0].cuts


def unlike(one: Facts, other: Facts, weights: Weights = USUAL) -> float:
    """How badly one shot follows another, from 0. What is not known of either counts nothing."""
    cost = 0.0
    if one.size is not None and one.size is other.size:
        cost += weights.same_size
    if one.moves and other.moves:
        first, second = one.moves[0], other.moves[0]
        if first is second and first not in _RESTLESS:
            cost += weights.same_move
        if frozenset((first, second)) in _OPPOSITE:
            cost += weights.opposite_move
    for a, b, weight in (
        (one.motion, other.motion, weights.motion),
        (one.brightness, other.brightness, weights.brightness),
        (one.warmth, other.warmth, weights.warmth),
    ):
        if a is not None and b is not None:
            cost += weight * abs(a - b)
    if one.colours and other.colours:
        shared = len(set(one.colours) & set(other.colours))
        cost += weights.colours * (1 - shared / len(set(one.colours) | set(other.colours)))
    return cost


def _options(
    slot: Slot, number: int, state: _State, weights: Weights
) -> Iterator[tuple[float, tuple[Cut, ...]]]:
    """What can be done with a slot, and what each is worth."""
    yield -weights.missing, ()
    free = [clip for clip in slot.clips if clip.look not in state.used]
    worth = [_worth(clip, slot, weights) for clip in free]
    for index, clip in enumerate(free):
        value = worth[index] - _joint(state.last, clip, weights)
        if clip.seconds >= slot.seconds - _SLACK_S:
            yield value, (Cut(number, clip, min(clip.seconds, slot.seconds)),)
            continue
        rest_s = max(SHORTEST_S, slot.seconds - clip.seconds)
        first = Cut(number, clip, slot.seconds - rest_s)
        share = first.seconds / slot.seconds
        partners = [
            (share * value + (1 - share) * (worth[i] - _joint(clip, other, weights)), other)
            for i, other in enumerate(free)
            if other.look != clip.look
            and other.seconds >= rest_s - _SLACK_S
            and first.seconds >= SHORTEST_S
        ][:_PARTNERS]
        if partners:
            both, other = max(partners, key=lambda partner: partner[0])
            second = Cut(number, other, min(other.seconds, rest_s))
            yield both - weights.two_clips, (first, second)
        else:
            share = clip.seconds / slot.seconds
            value = share * value - (1 - share) * weights.missing
            yield value, (Cut(number, clip, clip.seconds),)


def _worth(clip: Clip, slot: Slot, weights: Weights) -> float:
    """How good a clip is for a slot, whatever stands beside it."""
    value = clip.fit
    if clip.facts.size in slot.sizes:
        value += weights.wished_size
    if clip.is_still:
        value -= weights.still
    quality = (clip.facts.sharpness, clip.facts.exposure)
    value -= weights.dull * (1 - min(each for each in (1.0, *quality) if each is not None))
    return value


def _joint(before: Clip | None, after: Clip, weights: Weights) -> float:
    if before is None:
        return 0.0
    beside = weights.same_file if before.moment.path == after.moment.path else 0.0
    return beside + unlike(before.facts, after.facts, weights)


def _followed(state: _State, value: float, cuts: tuple[Cut, ...]) -> _State:
    if not cuts:
        return _State(value, state.used, state.last, state.cuts)
    used = state.used.union(cut.clip.look for cut in cuts)
    return _State(value, used, cuts[-1].clip, (*state.cuts, *cuts))
