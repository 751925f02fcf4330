"""What a filter asks for: one or more values, or ranges of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_MOST = 10**15  # a bound beyond it is a mistake, and no exact float
_MOST_PIXELS = 100_000


class Light(StrEnum):
    """How bright a picture is, and of what tint."""

    DARK = "dark"
    NORMAL = "normal"
    BRIGHT = "bright"
    WARM = "warm"
    COLD = "cold"


class Source(StrEnum):
    """What a file says that it comes from."""

    SYNTHETIC = "synthetic"


class Resolution(StrEnum):
    """How large a picture is, as cameras name it, the smallest first."""

    SD = "sd"
    HD = "720p"
    FULL_HD = "1080p"
    CINEMA_2K = "2k"
    QUAD_HD = "1440p"
    UHD = "4k"
    FIVE_K = "5k"
    SIX_K = "6k"
    EIGHT_K = "8k"


@dataclass(frozen=True)
class Pixels:
    """The size of a picture, either way round."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if not (0 < self.width <= _MOST_PIXELS and 0 < self.height <= _MOST_PIXELS):
            raise ValueError(f"a side has 1 to {_MOST_PIXELS} pixels")

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True)
class Range(Generic[T]):
    """From `least` to `most`, of which one may be missing."""

    least: T | None = None
    most: T | None = None
    least_included: bool = True
    most_included: bool = True

    def __post_init__(self) -> None:
        for bound in (self.least, self.most):
            if isinstance(bound, int | float) and not (0 <= bound <= _MOST):
                raise ValueError(f"a bound is a number from 0 to {_MOST:.0e}")
        if self.least is None and self.most is None:
            raise ValueError("a range has a bound")
        least, most = _order(self.least), _order(self.most)
        if type(least) is type(most) and (
            least > most or (least == most and not (self.least_included and self.most_included))
        ):
            raise ValueError("nothing is in this range")
        # What is said of a missing bound tells no two ranges apart.
        object.__setattr__(self, "least_included", self.least_included or least is None)
        object.__setattr__(self, "most_included", self.most_included or most is None)


@dataclass(frozen=True)
class Among(Generic[T]):
    """One condition: any of `values` holds; if `negated`, none of them does."""

    values: tuple[T, ...]
    negated: bool = False

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("a filter has a value")


def _order(bound: Any) -> Any:
    if isinstance(bound, Resolution):
        return list(Resolution).index(bound), 0
    if isinstance(bound, Pixels):
        return bound.width * bound.height
    return float(bound) if isinstance(bound, int) else bound
