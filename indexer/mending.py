"""A library mended: what is too much taken out, what is missing made again or marked to be read.

Every step is one commit or can be done twice, so mending may be stopped at any moment and begun
again. Before rows are given up, the tables are kept as they are in `backup-before-repair-…`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from indexer import indices
from indexer.failing import told_if_full
from indexer.migration import back_up, migrate
from indexer.parts import Parts, chosen_by
from indexer.record import TABLES
from indexer.remaking import thumbnails_again
from indexer.rows import Asset
from indexer.schema import TABLE_NAMES
from indexer.storage import storage_at
from indexer.store import Store
from indexer.survey import Survey, survey
from indexer.whole import DAMAGE, readable, rows_in
from indexer.writer import only_writer
from rushes.jobs import Job
from rushes.library_place import absolute
from rushes.models import ModelStore
from rushes.moment import Kind
from rushes.settings import Settings
from rushes.text import counted

_NOUNS = {
    "assets": "file", "segments": "passage", "frames": "picture", "thumbnails": "thumbnail"
}  # fmt: skip
_NEVER_PICTURED = (Kind.AUDIO,)


def mend(settings: Settings, models: ModelStore, job: Job) -> list[str]:
    """Put right what can be of the library in use. Returns what was done, as sentences.

    Raises:
        LibraryError: it cannot be opened, another process writes into it, or the disk is full.
        ModelMissing, ModelDamaged: empty tables must be made, and a model is not here.
        Cancelled: the user asked to stop; what was mended stays so.
    """
    place = absolute(settings.library)
    storage = storage_at(place)
    with told_if_full(place), storage.failures(), only_writer(storage):
        migrate(storage)
        store = Store.open(place)
        done = _Done(store)
        if not _can_all_be_opened(store, done):
            parts = Parts(chosen_by(store.recipe), settings, models)
            store.emptied(store.recipe, parts.dimensions).sweep()
            done.note("made empty tables: run `rushes index`, which reads all files again")
            return done.sentences
        found = survey(store, job)
        for name in TABLE_NAMES:  # files first: whose rows are lost is told by them
            if name in found.damaged:
                _rescue(store, name, done, job)
                found = survey(store, job)
        if found.can_be_read:
            _put_right(store, found, done, job)
            job.report("tidying up", 0, None)
            store.optimize()
        return done.sentences


class _Done:
    """What was done, and the backup that is made before the first loss."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_kept = False
        self.sentences: list[str] = []

    def note(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def keep_as_it_is(self) -> None:
        """Keep the tables beside those in use, once."""
        if not self._is_kept:
            self._is_kept = True
            backup = f"backup-before-repair-{datetime.now():%Y%m%d-%H%M%S}"
            back_up(self._store.storage, self._store.tables, backup)
            where = f"{backup} in {self._store.storage.place}"
            self.note(f"kept the tables as they were in {where} (delete it when all is well)")


def _can_all_be_opened(store: Store, done: _Done) -> bool:
    """Go back to the last version of each table that can be opened. False if one has none."""
    for name in TABLE_NAMES:
        back = 0
        while True:
            try:
                store.database.open_table(name)
                break
            except DAMAGE:
                done.keep_as_it_is()
                versions = store.storage.names(f"{store.tables}/{name}.lance/_versions")
                left = [each for each in versions if each.endswith(".manifest")]
                if not left:
                    done.note(f"no version of the table {name} can be read")
                    return False
                store.storage.remove([min(left)])  # the newest: Lance counts their names down
                back += 1
        if back:
            versions_back = counted(back, "version")
            done.note(f"went back by {versions_back} of the table {name}: they cannot be opened")
    return True


def _rescue(store: Store, name: str, done: _Done, job: Job) -> None:
    """Keep the rows of a table that can be read, and let the files of the others be read again."""
    table = store.table(name)
    job.report(f"reading what can be read of the {_NOUNS[name]}s", 0, None)
    stretches = readable(table, job.check_cancelled)
    lost = table.count_rows() - sum(map(len, stretches))
    done.keep_as_it_is()
    if name != "assets":
        again = _may_have_lost(store, name, stretches)
        store.read_again(again)  # before the rows go: stopped here, it is all found again
    _write_anew(store, name, stretches)
    if name in indices.WORDS:
        indices.make_word_index(name, store.table(name))
    done.note(f"took out {counted(lost, _NOUNS[name])} that cannot be read")


def _write_anew(store: Store, name: str, stretches: Sequence[range]) -> None:
    """Make a table's next version of these of its rows only."""
    import pyarrow as pa

    table = store.table(name)
    # By way of a file: Lance cannot write what it is still reading, and it may not fit in memory.
    store.storage.folder.mkdir(parents=True, exist_ok=True)
    # Its name is one that `Store.sweep` removes, if nobody else does.
    with TemporaryDirectory(dir=store.storage.folder, prefix=f"{TABLES}.repair-") as folder:
        draft = Path(folder) / f"{name}.arrow"
        with pa.OSFile(str(draft), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
            for batch in rows_in(table, stretches):
                stream.write_batch(batch)
        with pa.memory_map(str(draft)) as file, pa.ipc.open_stream(file) as rows:
            store.database.create_table(name, data=rows, schema=table.schema, mode="overwrite")


def _may_have_lost(store: Store, name: str, stretches: Sequence[range]) -> list[Asset]:
    """The files that have no row left, and those whose rows stand beside lost ones."""
    table = store.table(name)
    whole: set[str] = set()
    beside: set[str] = set()
    for stretch in stretches:
        ids = [
            identity
            for batch in rows_in(table, [stretch])
            for identity in batch["asset_id"].to_pylist()
        ]
        whole.update(ids)
        beside.update({ids[0], ids[-1]})
    return [
        asset
        for asset in store.assets()
        if asset.error is None
        and (asset.id not in whole or asset.id in beside)
        and not (name == "frames" and asset.kind in _NEVER_PICTURED)
    ]


def _put_right(store: Store, found: Survey, done: _Done, job: Job) -> None:
    if found.orphans or found.spare_thumbnails:
        store.sweep()
        spare = (f"{store.thumbnails.name}/{each}" for each in found.spare_thumbnails)
        store.storage.remove(spare)
        counts = {**found.orphans, "thumbnails": len(found.spare_thumbnails)}
        told = [counted(n, _NOUNS[name]) for name, n in counts.items() if n]
        done.note(f"removed {', '.join(told)} that belong to no file")
    if found.crowded:
        _give_each_its_place(store, found)
        done.note(f"left one file at {counted(len(found.crowded), 'place')} that had several")
    for name, column in found.broken_indices:
        _index_again(store, name, column)
        done.note(f"made the index {name}.{column} again")
    assets = {asset.id: asset for asset in store.assets()}
    again = found.hollow | found.odd_vectors
    _thumbnails(store, assets, found, again, done, job)
    if again := again & assets.keys():
        store.read_again([assets[each] for each in sorted(again)])
    if waiting := sum(asset.mtime_ns == 0 and asset.error is None for asset in store.assets()):
        done.note(f"noted {counted(waiting, 'file')} to be read again by the next `rushes index`")


def _give_each_its_place(store: Store, found: Survey) -> None:
    """Of several files at one place the one stays that is there, or else the first."""
    assets = {asset.id: asset for asset in found.assets}
    for path, ids in found.crowded.items():
        here = [assets[each] for each in ids]
        stays = next((each for each in here if _is_there(each, path)), here[0])
        for other in here:
            if other.id == stays.id:
                continue
            places = [copy for copy in other.places if copy.path != path]
            if places:
                assets[other.id] = other.at(places)
                store.place([assets[other.id]])
            else:
                store.remove([other.id])


def _is_there(asset: Asset, path: Path) -> bool:
    try:
        now = path.stat()
    except OSError:
        return False
    place = asset.seen_at(path)
    return (now.st_size, now.st_mtime_ns) == (place.size_bytes, place.mtime_ns)


def _index_again(store: Store, name: str, column: str) -> None:
    table = store.table(name)
    for index in table.list_indices():
        if column in index.columns:
            table.drop_index(index.name)
    if indices.WORDS.get(name) == column:
        indices.make_word_index(name, table)
    # Others are made by `optimize`, if the table is large enough for them.


def _thumbnails(
    store: Store,
    assets: Mapping[str, Asset],
    found: Survey,
    again: set[str],
    done: _Done,
    job: Job,
) -> None:
    """Make those that are lost, but of files that are read again; what cannot be is, too."""
    made = 0
    lost = {each: names for each, names in found.lost_thumbnails.items() if each not in again}
    for number, (identity, names) in enumerate(lost.items()):
        job.report("making thumbnails again", number, len(lost))
        job.check_cancelled()
        asset = assets.get(identity)
        if asset is None:
            continue
        new = thumbnails_again(store, asset, names, job)
        store.write_thumbnails(new)
        made += len(new)
        if len(new) < len(names):
            again.add(identity)
    if made:
        done.note(f"made {counted(made, 'thumbnail')} again")
