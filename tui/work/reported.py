"""What a run of `rushes index --json` says that it did."""

import json
from dataclasses import dataclass
from pathlib import Path

from rushes.errors import RushesError

COUNTS = {
    "indexed": "indexed",
    "moved": "moved",
    "copies": "copied",
    "removed": "gone",
}
"""What is counted, and how it is called where people read it."""


@dataclass(frozen=True)
class Reported:
    """`failed` are files that could not be read, with the reason; `restless` still change.

    `not_described` is why shots were not, if they were to be.
    """

    counts: dict[str, int]
    unchanged: int
    failed: tuple[tuple[Path, str], ...]
    restless: tuple[Path, ...]
    took_s: float
    not_described: str | None = None

    @classmethod
    def of(cls, told: str) -> "Reported":
        """
        Raises:
            RushesError: it is something else.
        """
        try:
            report = json.loads(told)
            return cls(
                {name: int(report[name]) for name in COUNTS},
                int(report["unchanged"]),
                tuple((Path(each["path"]), str(each["error"])) for each in report["failed"]),
                tuple(map(Path, report["restless"])),
                float(report["took_s"]),
                report.get("not_described") and str(report["not_described"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise RushesError(f"the run said nothing that can be read: {error}") from None

    @property
    def did(self) -> str:
        """What changed in the library, in words; "" if nothing did."""
        return ", ".join(
            f"{self.counts[each]} {COUNTS[each]}" for each in COUNTS if self.counts[each]
        )
