"""The front door: open a library, put folders in, ask it things."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from indexer.changes import changes
from indexer.choosing import Chooser
from indexer.engines import engine_named
from indexer.failing import in_a_sentence
from indexer.looking import Look, is_below
from indexer.migration import bring_up_to_date, migrate
from indexer.parts import Parts, choose, chosen_by
from indexer.query import Query, parse
from indexer.reading import Passage, Shown, passages, pictures
from indexer.report import Report, Status, status_of
from indexer.roots import deleted_files, is_away
from indexer.search import Results, Searcher
from indexer.setup import Setup
from indexer.storage import storage_at
from indexer.store import Store
from indexer.upkeep import Tidying
from indexer.writer import only_writer
from rushes.errors import LibraryError, RushesError
from rushes.jobs import Job
from rushes.library_place import absolute
from rushes.models import ModelStore
from rushes.paths import expanded, paths
from rushes.settings import Settings

_PATIENCE_S = 600.0  # with another run, before descriptions are given up


class Library:
    """One library, at `settings.library`. Opening it reads nothing yet."""

    def __init__(self, settings: Settings, models: ModelStore | None = None) -> None:
        self.place = absolute(settings.library)
        self.settings = settings
        self._storage = storage_at(self.place)
        self._models = models or ModelStore(paths().models)
        self._searcher: Searcher | None = None

    def index(
        self,
        roots: Sequence[Path],
        job: Job,
        redo: bool = False,
        wait_s: float = 0.0,
        rest_s: float = 0.0,
    ) -> Report:
        """Bring the library up to date with `roots`, or with all it knows if none is given.

        Files that have not changed (size and time) are passed over, those that are gone leave.
        What moved, or is a copy, is known by its content and not read. A root may be one file: it
        stays known without its folder, until it is deleted.
        With `redo` everything is made anew with the models and settings in force. If another
        process is writing, it is waited for no longer than `wait_s`. What was changed less than
        `rest_s` ago may still grow: it is left for a later run, and named in the report.

        Raises:
            RushesError: the run cannot begin or go on; what was finished is in the library.
            Cancelled: the user asked to stop; likewise.
        """
        return self._bring_up_to_date(roots, job, wait_s, rest_s, redo=redo)

    def look_at(
        self, places: Sequence[Path], job: Job, wait_s: float = 0.0, rest_s: float = 0.0
    ) -> Report:
        """Bring the library up to date with some files and folders in it, and look nowhere else.

        What is there no more leaves, unless the folder that held it is away, too: a drive. A file
        that is named itself is taken however short ago it was changed.

        Raises:
            RushesError: a place lies in no folder of the library, or as `index`.
            Cancelled: the user asked to stop; what was finished is in the library.
        """
        return self._bring_up_to_date(places, job, wait_s, rest_s, only_there=True)

    def _bring_up_to_date(
        self,
        places: Sequence[Path],
        job: Job,
        wait_s: float,
        rest_s: float,
        redo: bool = False,
        only_there: bool = False,
    ) -> Report:
        started = time.monotonic()
        self._searcher = None

        def waiting(held_by: str) -> None:
            job.check_cancelled()
            job.report("waiting", 0, None, f"for {held_by}")

        with (
            in_a_sentence(self._storage),
            only_writer(self._storage, wait_s, waiting) as writing,
            ExitStack() as held,
        ):
            migrate(self._storage)
            there = Store.open(self.place) if only_there or self.is_there else None
            known, drives = ([], []) if there is None else (there.roots, there.drives)
            wanted = [expanded(place) for place in places]
            if not only_there:
                wanted = [root.resolve() for root in wanted]
            if redo or not wanted:
                wanted = list(dict.fromkeys([*known, *wanted]))
            if not wanted:
                raise RushesError("no folder is indexed yet: run `rushes index FOLDER`")
            parts = self._parts_for(there, redo)
            deleted = [] if there is None else deleted_files(known, drives, there)
            setup = Setup.of(parts, self.settings, self._models)
            engine = engine_named(self.settings.engine, setup)
            held.callback(engine.close)
            if there is None or redo:
                engine.prepare()
            if redo:
                parts.check()  # before what is there is emptied
            # Before anything is changed: a root may be missing.
            look = Look(self.folder, Chooser.of(self.settings), job, rest_s, known, drives)
            if only_there or (known and not places and not redo):
                looked = look.at(wanted, deleted)  # the others do not wait for a drive that is away
            else:
                looked = look.through(wanted, deleted)
            look.check_still_there(looked, deleted)
            store = self._ready_store(there, parts, redo)
            kept = [root for root in store.roots if root not in deleted]
            new = [root for root in looked.left_out if root not in {*kept, *looked.held}]
            told = {**store.left_out, **looked.left_out}
            told = {root: told[root] for root in (*kept, *new) if told.get(root)}
            mounted = looked.drives_now(drives)
            if deleted or new or told != store.left_out or mounted != store.drives:
                store.roots, store.left_out, store.drives = [*kept, *new], told, mounted
                store.save_record()
            if looked.left_out:  # a folder was looked through whole: this is no small run
                store.sweep()

            def looked_into(done: int, total: int) -> None:
                engine.prepare()
                job.report("looking into what is new", done, total)

            change = changes(
                looked.assets_of(store),
                looked.found,
                looked.covers,
                job.check_cancelled,
                looked_into,
            )
            look.check_still_there(looked, deleted)
            writing.check()
            store.remove(change.gone)
            store.place(change.placed)
            store.mark(change.marked)
            todo = change.todo
            report = Report(
                unchanged=change.unchanged,
                moved=change.moved,
                copies=change.copies,
                removed=change.removed,
            )
            if todo:
                parts.check()
            tidying = Tidying(store)
            try:
                for results in engine.run(todo, job):
                    writing.check()
                    store.commit(results)
                    tidying.after_commit()
                    report.indexed += sum(1 for each in results if not each.asset.error)
                    report.footage_s += sum(each.asset.duration_s or 0.0 for each in results)
            finally:
                if todo or change.placed or change.gone or tidying.is_due:
                    job.report("tidying up", 0, None)
                    writing.check()
                    store.optimize()
            report.failed = [each for each in store.failed() if looked.covers(each.path)]
            report.restless, report.away = sorted(looked.restless), sorted(looked.away)
        report.took_s = time.monotonic() - started
        return report

    def remove_roots(self, roots: Sequence[Path], job: Job) -> int:
        """Take folders out of the library, with all that it holds of them; the files stay.

        What also lies in another folder of the library stays in it. Returns how many files left.

        Raises:
            RushesError: one is not a folder of this library, or the library cannot be written.
        """
        self._searcher = None
        with in_a_sentence(self._storage), only_writer(self._storage):
            migrate(self._storage)
            store = Store.open(self.place)
            leaving = [expanded(root).absolute() for root in roots]
            leaving = [root if root in store.roots else root.resolve() for root in leaving]
            for root in leaving:
                if root not in store.roots:
                    raise RushesError(f"{root} is not a folder of this library: see `rushes roots`")
            store.roots = [root for root in store.roots if root not in leaving]
            store.left_out = {r: n for r, n in store.left_out.items() if r in store.roots}
            store.drives = [drive for drive in store.drives if is_below(store.roots, drive)]
            job.report("taking out", 0, None)
            # As if nothing were found in them, but for what lies in other folders too.
            change = changes(
                store.assets(),
                {},
                lambda path: is_below(leaving, path) and not is_below(store.roots, path),
                job.check_cancelled,
            )
            store.remove(change.gone)
            store.place(change.placed)
            store.save_record()  # last: stopped before it, the folder can be taken out again
            store.optimize()
        return change.removed

    @property
    def is_there(self) -> bool:
        """Whether there is a library to open.

        Raises:
            LibraryError: its server cannot be asked.
        """
        return Store.exists(self.place)

    @property
    def folder(self) -> Path:
        """Its folder on this machine; of one in a bucket, where pictures of it are kept."""
        return self._storage.folder

    @property
    def can_describe(self) -> bool:
        """Whether there is a model or a server for it.

        Raises:
            LibraryError: there is no library, or not one that can be read.
        """
        choice = chosen_by(self._opened().recipe)
        return Parts(choice, self.settings, self._models).can_describe

    def describe(self, job: Job) -> int:
        """Let the model of the larger profiles say what happens in each shot that is new.

        Nothing else waits for it: the library can be searched and indexed meanwhile. What is done
        stays if it is stopped. Returns how many shots and stills were described.

        Raises:
            RushesError: there is no library, or the model or server fails.
            Cancelled: the user asked to stop.
        """
        from indexer.descriptions import describe_library

        store = self._opened()
        parts = Parts(chosen_by(store.recipe), self.settings, self._models)
        writing = partial(only_writer, self._storage, _PATIENCE_S)
        with in_a_sentence(self._storage):
            return describe_library(store, parts, job, writing)

    def search(self, query: Query | str, limit: int = 10) -> Results:
        """The moments that fit, best first; if none does, the nearest there are.

        Raises:
            QueryError: the query, given as text, cannot be understood.
            LibraryError: there is no library, or not one that can be read.
            ModelMissing: a model that made the library is not installed.
            RushesError: a picture to search by is not there.
        """
        asked = parse(query) if isinstance(query, str) else query
        with in_a_sentence(self._storage):
            return self.searcher().search(asked, limit)

    def passages(self, paths: Sequence[Path]) -> list[Passage]:
        """The words of files, in order; none of a file that the library does not hold.

        Raises:
            LibraryError: there is no library, or not one that can be read.
        """
        store = self.searcher().store
        with in_a_sentence(self._storage):
            return passages(store, store.assets_at(paths))

    def pictures(self, paths: Sequence[Path]) -> list[Shown]:
        """The pictures of files, in order; none of a file that the library does not hold.

        Raises:
            LibraryError: there is no library, or not one that can be read.
        """
        store = self.searcher().store
        with in_a_sentence(self._storage):
            return pictures(store, store.assets_at(paths))

    def files(self) -> tuple[Path, ...]:
        """The files that can be searched, in order; none if there is no library yet.

        Raises:
            LibraryError: there is one that cannot be read.
        """
        if not self.is_there:
            return ()
        # A searcher may just be made in another thread: there is to be one only.
        store = self._searcher.store if self._searcher is not None else self._opened()
        with in_a_sentence(self._storage):
            return store.paths()

    def roots(self) -> tuple[Path, ...]:
        """The folders that are in the library; none if there is no library yet.

        Raises:
            LibraryError: there is one that cannot be read.
        """
        return tuple(self._opened().roots) if self.is_there else ()

    def away(self) -> tuple[Path, ...]:
        """Those of its folders that are not there, or are the empty place of an unplugged drive.

        Raises:
            LibraryError: there is a library that cannot be read.
        """
        if not self.is_there:
            return ()
        store = self._opened()
        return tuple(root for root in store.roots if is_away(root, store.drives))

    def searcher(self) -> Searcher:
        """What searches this library; it stays open, with its models loaded.

        Raises:
            LibraryError: there is no library, or not one that can be read.
        """
        if self._searcher is None or self._searcher.store.is_replaced:
            store = self._opened()
            parts = Parts(chosen_by(store.recipe), self.settings, self._models)
            self._searcher = Searcher(store, parts)
        return self._searcher

    def status(self) -> Status:
        """
        Raises:
            LibraryError: there is no library, or not one that can be read.
        """
        store = self._opened()
        with in_a_sentence(self._storage):
            return status_of(store)

    def _opened(self) -> Store:
        bring_up_to_date(self._storage)
        return Store.open(self.place)

    def _parts_for(self, store: Store | None, redo: bool) -> Parts:
        """The models to index with: those that made the library, unless others are asked for.

        Raises:
            LibraryError: they are not those that made it, and nothing is to be redone.
        """
        if store is None or redo:
            return Parts(choose(self.settings, self._models), self.settings, self._models)
        keep = self.settings.profile == "auto"
        choice = chosen_by(store.recipe) if keep else choose(self.settings, self._models)
        parts = Parts(choice, self.settings, self._models)
        if other := store.recipe.differences(parts.recipe):
            raise LibraryError(
                f"this library was made otherwise ({'; '.join(other)}), and its "
                f"{store.table('assets').count_rows()} files would all have to be redone: "
                "run `rushes index --redo`, or name another --library"
            )
        return parts

    def _ready_store(self, store: Store | None, parts: Parts, redo: bool) -> Store:
        if store is None:
            return Store.create(self.place, parts.recipe, parts.dimensions)
        if redo:
            return store.emptied(parts.recipe, parts.dimensions)
        return store
