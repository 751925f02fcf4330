"""The right to write into a bucket, as an object that its holder renews.

A server lets go of nothing when a process ends. So the holder writes the object anew every few
seconds, each time only if it is still what it wrote before: two cannot hold it. Who waits looks
at it. As long as it changes, its holder lives; what has not changed for four times as long as a
renewal takes is taken over. No clock is compared with another machine's.
"""

import json
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from indexer.storage import Holder
from indexer.storage.server import failures, is_missing
from indexer.storage.writers import Writer, this_process
from rushes.errors import LibraryError
from rushes.library_place import Bucket

if TYPE_CHECKING:
    from obstore import PutMode
    from obstore.store import S3Store

NAME = "writer.json"
RENEWED_EVERY_S = 5.0
_MISSED = 4  # renewals, after which it is taken over
_MISSED_MYSELF = 3  # after which its holder stops writing, before anybody takes it over
_LOOK_EVERY_S = 1.0
_LONGEST_S = 60.0  # between renewals: more is not believed of an object


def _now() -> float:
    """Seconds that go on while the machine sleeps: others do not wait for it."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@dataclass(frozen=True)
class _Said:
    """What the object says: whose it is. Without a writer it is free."""

    by: str
    writer: Writer | None
    renewed_every_s: float
    turn: int = 0

    @classmethod
    def from_json(cls, text: bytes) -> "_Said":
        try:
            told = json.loads(text)
            writer = Writer.from_json(json.dumps(told["writer"])) if told["writer"] else None
            every_s = min(max(float(told["renewed_every_s"]), 0.0), _LONGEST_S)
            return cls(str(told["by"]), writer, every_s, int(told["turn"]))
        except (ValueError, KeyError, TypeError, OverflowError):
            # Somebody else's. If it is a writer's, it changes.
            return cls("", Writer(0, "", "unknown", 0.0), RENEWED_EVERY_S)


class Lease:
    """One attempt to hold it, or to wait for it."""

    def __init__(self, objects: "S3Store", place: Bucket, renewed_every_s: float) -> None:
        self._objects = objects
        self._place = place
        self._said = _Said(uuid.uuid4().hex, this_process(), renewed_every_s)
        self._every_s = renewed_every_s
        self._holder: Holder | None = None  # another, as last seen
        self._looked = 0.0
        self._seen: tuple[str | None, float] = None, 0.0  # a version of theirs, and since when
        self._version: str | None = None  # of what was written here last
        self._renewed = 0.0
        self._lost = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def attempt(self) -> Holder | None:
        now = _now()
        if self._holder is not None and now - self._looked < min(_LOOK_EVERY_S, self._every_s):
            return self._holder
        self._looked = now
        with failures(self._place):
            self._holder = self._attempt(now)
        if self._holder is None:
            self._thread.start()
        return self._holder

    def check(self) -> None:
        late = _now() - self._renewed > _MISSED_MYSELF * self._every_s
        if self._lost or self._over.is_set() or late:
            raise LibraryError(
                f"{self._place} can no longer be held: its server was away, or another `rushes` "
                "took over. What was finished is kept: run it again to go on"
            )

    def release(self) -> None:
        self._over.set()
        self._thread.join(1.0)
        if not self._lost:
            with suppress(Exception):  # it will not be renewed, and is taken over then
                self._write(_Said(self._said.by, None, self._every_s), {"e_tag": self._version})

    def _attempt(self, now: float) -> Holder | None:
        try:
            found = self._objects.get(NAME)
            theirs, version = _Said.from_json(bytes(found.bytes())), found.meta["e_tag"]
        except FileNotFoundError as error:
            if not is_missing(error):
                raise
            return self._take("create")
        if theirs.writer is None:
            return self._take({"e_tag": version})
        if self._holder is None or version != self._seen[0]:
            self._seen = version, now
            return Holder(theirs.writer.told, lives=self._holder is not None)
        if now - self._seen[1] > _MISSED * theirs.renewed_every_s:
            return self._take({"e_tag": version})
        return self._holder

    def _take(self, mode: "PutMode") -> Holder | None:
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        try:
            self._write(self._said, mode)
        except (AlreadyExistsError, PreconditionError):
            return Holder("which has just begun", lives=False)
        return None

    def _renew(self) -> None:
        from obstore.exceptions import PreconditionError

        turn = 0
        while not self._over.wait(self._every_s):
            turn += 1
            said = _Said(self._said.by, self._said.writer, self._every_s, turn)
            try:
                self._write(said, {"e_tag": self._version})
            except PreconditionError:
                if not self._is_mine():
                    self._lost = True
                    return
            except Exception:  # noqa: BLE001  # the next one may be heard; `check` counts the time
                continue

    def _is_mine(self) -> bool:
        """An answer may have been lost: what was written is there all the same."""
        try:
            found = self._objects.get(NAME)
            if _Said.from_json(bytes(found.bytes())).by != self._said.by:
                return False
        except Exception:  # noqa: BLE001  # not known yet: the next renewal asks again
            return True
        self._version, self._renewed = found.meta["e_tag"], _now()
        return True

    def _write(self, said: _Said, mode: "PutMode") -> None:
        began = _now()
        done = self._objects.put(NAME, json.dumps(asdict(said)).encode(), mode=mode)
        self._version, self._renewed = done["e_tag"], began
