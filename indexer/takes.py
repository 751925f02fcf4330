"""Takes of the same thing: shown once, the best of them first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.likeness import ALIKE, alike
from rushes.facts import Facts
from rushes.moment import Moment


@dataclass(frozen=True)
class Candidate:
    """A moment, and what near duplicates of it are told by; None if it is by itself."""

    moment: Moment
    likeness: bytes | None


def with_takes(candidates: Sequence[Candidate]) -> list[Moment]:
    """The moments in their order, those that show nearly the same as an earlier one as its takes.

    Of moments that look alike the best picture stands first, at the place of the first found.
    """
    groups: list[list[Candidate]] = []
    for candidate in candidates:
        group = next((each for each in groups if _same(each[0], candidate)), None)
        if group is None:
            groups.append([candidate])
        else:
            group.append(candidate)
    moments = []
    for group in groups:
        best, *others = sorted((each.moment for each in group), key=lambda m: -_quality(m.facts))
        moments.append(replace(best, score=group[0].moment.score, takes=tuple(others)))
    return moments


def _same(a: Candidate, b: Candidate) -> bool:
    if a.likeness is None or b.likeness is None:
        return False
    return alike(a.likeness, b.likeness) >= ALIKE


def _quality(facts: Facts) -> float:
    """Sharp, well exposed and steady; what is not known speaks neither for nor against."""
    sharpness, exposure, shake = (
        0.5 if value is None else value for value in (facts.sharpness, facts.exposure, facts.shake)
    )
    return sharpness * exposure * (1.0 - 0.5 * shake)
