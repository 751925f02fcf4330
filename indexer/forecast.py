"""What indexing a folder will mean, before it is begun: how many files, how much footage."""

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.choosing import Chooser
from indexer.parts import choose
from indexer.pipeline import duration_of
from indexer.progress import cost_of
from indexer.scan import Found, scan
from indexer.storage import storage_at
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.library_place import absolute
from rushes.models import ModelStore, load_catalogue
from rushes.moment import Kind
from rushes.paths import expanded, paths
from rushes.settings import Settings

_LOOK_S = 2.0
_REPORT_EVERY = 200

# Seconds that a second of footage, or what costs as much, took with the starter models on two
# cores of 2.5 GHz, and what it took until the first. Other machines differ.
_RATE = 0.25
_START_S = 3.0
_FASTER, _SLOWER = 0.5, 1.6


@dataclass(frozen=True)
class Forecast:
    """What lies in a folder. `closed` counts what may not be read.

    `footage_s` is what the headers of recordings say, `is_guessed` where some were not looked at:
    their length is taken from their size. `takes_s` is the least and the most that indexing may
    take; None if that is not known for the models in use.
    """

    files: Mapping[Kind, int]
    size_bytes: int
    closed: int
    footage_s: float
    is_guessed: bool
    takes_s: tuple[float, float] | None


def forecast(root: Path, settings: Settings, job: Job) -> Forecast:
    """Look through a folder. It takes as long as listing it, and two seconds for its recordings.

    Raises:
        RushesError: it is not there or may not be read.
        Cancelled: the user asked to stop.
    """
    found: list[Found] = []
    chooser = Chooser.of(settings)
    library = storage_at(absolute(settings.library)).folder
    for each in scan(expanded(root), library, job.check_cancelled, chooser):
        found.append(each)
        if len(found) % _REPORT_EVERY == 0:
            job.report("counting", len(found))
    whole = [each for each in found if each.kind is not None and not each.error]
    recordings = [each for each in whole if each.kind in (Kind.AUDIO, Kind.VIDEO)]
    lengths = _lengths(recordings, job)
    footage_s = _extrapolated(recordings, lengths)
    cost = footage_s + sum(cost_of(each.kind, 0.0) for each in whole)
    return Forecast(
        files=dict(Counter(each.kind for each in whole if each.kind)),
        size_bytes=sum(each.size_bytes for each in whole),
        closed=len(found) - len(whole),
        footage_s=footage_s,
        is_guessed=len(lengths) < len(recordings),
        takes_s=_takes_s(cost) if _is_measured(settings) else None,
    )


def _lengths(recordings: Sequence[Found], job: Job) -> dict[Path, float]:
    """How long recordings are, as many as can be looked at, taken from all over the folder."""
    step = max(1, len(recordings) // 100)
    began = time.monotonic()
    lengths: dict[Path, float] = {}
    for offset in range(step):
        for each in recordings[offset::step]:
            if time.monotonic() - began > _LOOK_S:
                return lengths
            job.check_cancelled()
            lengths[each.path] = duration_of(each)
    return lengths


def _extrapolated(recordings: Sequence[Found], lengths: Mapping[Path, float]) -> float:
    """Those not looked at are taken to last as long for their size as those that were."""
    total = 0.0
    for kind in (Kind.AUDIO, Kind.VIDEO):
        seen = [each for each in recordings if each.kind is kind and each.path in lengths]
        unseen = [each for each in recordings if each.kind is kind and each.path not in lengths]
        seen_s = sum(lengths[each.path] for each in seen)
        total += seen_s
        if size := sum(each.size_bytes for each in seen):
            total += seen_s * sum(each.size_bytes for each in unseen) / size
    return total


def _takes_s(cost: float) -> tuple[float, float]:
    return _START_S + _FASTER * _RATE * cost, (_START_S + _SLOWER * _RATE * cost) * _busy()


def _busy() -> float:
    """How many times as long work takes beside what else this machine does."""
    if not hasattr(os, "getloadavg"):  # Windows
        return 1.0
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def _is_measured(settings: Settings) -> bool:
    """Whether the starter models would do it, or will once they are installed."""
    try:
        chosen = choose(settings, ModelStore(paths().models))
    except RushesError:
        return settings.profile in ("auto", "starter")
    starter = set(load_catalogue().profile("starter"))
    return all(each in starter for each in (chosen.text, chosen.pictures, chosen.speech) if each)
