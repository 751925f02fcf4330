"""Takes of the same thing: shown once, the best of them first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.likeness import ALIKE, alike_to
from rushes.facts import Facts
from rushes.moment import Moment


@dataclass(frozen=True)
class Candidate:
    """A moment, and what near duplicates of it are told by; None if it is by itself."""

    moment: Moment
    likeness: bytes | None


def with_takes(candidates: Sequence[Candidate]) -> list[Moment]:
    """The moments in their order, those that show nearly the same as an earlier one as its takes.

    Of moments that look alike the best picture stands first, at the place of the first found. What
    was filmed and what was made of it are no takes of each other: neither is to hide the other.
    """
    groups: list[list[Candidate]] = []
    for candidate in candidates:
        group = _takes_of(candidate, groups)
        if group is None:
            groups.append([candidate])
        else:
            group.append(candidate)
    moments = []
    for group in groups:
        best, *others = sorted((each.moment for each in group), key=lambda m: -_quality(m.facts))
        moments.append(replace(best, score=group[0].moment.score, takes=tuple(others)))
    return moments


def _takes_of(candidate: Candidate, groups: Sequence[list[Candidate]]) -> list[Candidate] | None:
    """The group whose first member looks nearly the same."""
    likeness = candidate.likeness
    made = candidate.moment.facts.synthetic
    firsts = [
        group[0].likeness if group[0].moment.facts.synthetic == made else None for group in groups
    ]
    known = [i for i, first in enumerate(firsts) if first is not None]
    if likeness is None or not known:
        return None
    degrees = alike_to(likeness, [first for first in firsts if first is not None])
    same = (i for i, degree in zip(known, degrees, strict=True) if degree >= ALIKE)
    return next((groups[i] for i in same), None)


def _quality(facts: Facts) -> float:
    """Sharp, well exposed and steady; what is not known speaks neither for nor against."""
    sharpness, exposure, shake = (
        0.5 if value is None else value for value in (facts.sharpness, facts.exposure, facts.shake)
    )
    return sharpness * exposure * (1.0 - 0.5 * shake)
