"""Descriptions of shots put into a library: what happens in each, in words that search finds."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray

from indexer.describing import ShotToDescribe, describe_shots, frames_of
from indexer.parts import Parts
from indexer.reading import Shown
from indexer.rows import IndexedFile, Row, SegmentRow, facts_of
from indexer.segments import Origin
from indexer.store import Store
from indexer.upkeep import Tidying
from rushes.errors import LibraryError
from rushes.jobs import Job
from rushes.moment import Kind


def describe_library(
    store: Store, parts: Parts, job: Job, writing: Callable[[], AbstractContextManager[object]]
) -> int:
    """Describe what is not described yet, and say how many shots and stills that were.

    Each can be found as soon as it is done. `writing` is entered for every write, so that others
    may write in between.

    Raises:
        ModelMissing: nothing can be described: the model or the server is not there.
        RushesError: several shots in a row could not be described.
        Cancelled: the user asked to stop.
    """
    describer = parts.describer
    if describer is None:
        return 0
    shots = list(_undescribed(store))
    tidying = Tidying(store)
    count = 0
    for done, described in enumerate(describe_shots(shots, describer, job.check_cancelled)):
        job.report("describing shots", done, len(shots))
        row = described.shot.key
        if described.error and not described.shot.path.exists():
            continue  # its drive is elsewhere: when it is back, it can be described
        told = []
        if described.text:
            vector = parts.text.encode_passages([described.text])[0]
            told = [_segment(row, described.text, vector)]
        with writing():
            if store.is_replaced:
                raise LibraryError(
                    "the library was made anew meanwhile: run it again to describe its shots"
                )
            asset = store.assets_by_id([row["asset_id"]]).get(row["asset_id"])
            if asset is not None:  # it may have left the library meanwhile
                store.describe(IndexedFile(asset, told), row["thumbnail"], describer.name)
                tidying.after_commit()
                count += 1
    if count:
        with writing():
            store.optimize()
    return count


def describe_picture(shown: Shown, parts: Parts, job: Job) -> str:
    """What happens in one shot or still, told now; "" if no model can, or there is nothing to say.

    Nothing is put into the library.

    Raises:
        RushesError: the model or the server is not there, or fails.
        Cancelled: the user asked to stop.
    """
    describer = parts.describer
    if describer is None or shown.kind not in (Kind.IMAGE, Kind.VIDEO):
        return ""
    job.report("describing the shot", 0, 1)
    job.check_cancelled()
    frames = frames_of(shown.path, shown.start_s, shown.end_s, check=job.check_cancelled)
    text = describer.describe(frames, job.check_cancelled)
    job.report("describing the shot", 1, 1)
    return text


def _undescribed(store: Store) -> Iterator[ShotToDescribe[Row]]:
    """Each stretch of a shot, and each still once: an animation has several frames."""
    rows = store.undescribed()
    assets = store.assets_by_id({row["asset_id"] for row in rows})
    stills: set[str] = set()
    for row in rows:
        asset = assets.get(row["asset_id"])
        if asset is None or asset.id in stills:
            continue
        if asset.kind is Kind.IMAGE:
            stills.add(asset.id)
        yield ShotToDescribe(row, asset.at_hand.path, row["start_s"], row["end_s"])


def _segment(row: Row, text: str, vector: NDArray[np.float32]) -> SegmentRow:
    return SegmentRow(
        text=text,
        origin=Origin.DESCRIBED,
        vector=vector,
        start_s=row["start_s"],
        end_s=row["end_s"],
        facts=facts_of(row),
        length_s=row["length_s"],
    )
