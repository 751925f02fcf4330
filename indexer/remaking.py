"""Thumbnails made again from their files, where these are as they were when they were read."""

from collections.abc import Iterator, Sequence

from indexer.describing import frames_of
from indexer.readers import read
from indexer.rows import Asset
from indexer.segments import Image, Picture, Tools
from indexer.store import Store
from rushes.errors import UnreadableFile
from rushes.jobs import Job
from rushes.media import thumbnail
from rushes.moment import Kind


def thumbnails_again(
    store: Store, asset: Asset, names: Sequence[str], job: Job
) -> dict[str, bytes]:
    """Those of the named thumbnails of a file that can be made, by name.

    Raises:
        Cancelled: the user asked to stop.
    """
    source = asset.at_hand
    if not _is_as_it_was(source):
        return {}
    made: dict[str, bytes] = {}
    pictures = _frames if asset.kind is Kind.VIDEO else _pictures
    try:
        for name, image in pictures(store, source, names, job):
            made[name] = thumbnail(image)
    except (UnreadableFile, OSError, ValueError):
        return made  # it is read again as a whole, and says then what is wrong with it
    return made


def _is_as_it_was(asset: Asset) -> bool:
    try:
        now = asset.path.stat()
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns) == (asset.size_bytes, asset.mtime_ns)


def _frames(
    store: Store, asset: Asset, names: Sequence[str], job: Job
) -> Iterator[tuple[str, Image]]:
    """Of a film: each is the frame of its time."""
    search = store.table("frames").search().where(f"asset_id = '{asset.id}'")
    rows = search.select(["thumbnail", "at_s"]).limit(None).to_list()
    for row in rows:
        if row["thumbnail"] in names and row["at_s"] is not None:
            (image,) = frames_of(
                asset.path, row["at_s"], row["at_s"], count=1, check=job.check_cancelled
            )
            yield row["thumbnail"], image


def _pictures(
    store: Store, asset: Asset, names: Sequence[str], job: Job
) -> Iterator[tuple[str, Image]]:
    """Of anything else: they are numbered as its reader gives them."""
    wanted = {int(name.removesuffix(".webp").rpartition("-")[2]): name for name in names}
    number = 0
    for item in read(asset.path, Tools(job)):
        if isinstance(item, Picture):
            if number in wanted:
                yield wanted.pop(number), item.image
            if not wanted:
                return
            number += 1
