"""One process at a time writes into a bucket, and one that died keeps nobody from it."""

import threading

import pytest

from indexer.storage.bucket import BucketStorage
from indexer.storage.lease import NAME, Lease
from indexer.storage.server import objects
from indexer.writer import only_writer
from rushes.errors import LibraryError
from rushes.library_place import Bucket

_SOON_S = 0.05


def lease(place: Bucket, renewed_every_s: float = _SOON_S) -> Lease:
    return Lease(objects(place), place, renewed_every_s)


class Mute(Lease):
    """One whose process is stopped, or cannot reach the server: it renews nothing."""

    def _renew(self) -> None:
        return


def until_held(other: Lease) -> int:
    """How often another was seen to have it before it could be taken."""
    seen = 0
    while other.attempt() is not None:
        seen += 1
        threading.Event().wait(_SOON_S / 5)
    return seen


def test_what_was_let_go_of_can_be_taken_at_once(bucket: Bucket) -> None:
    for _ in range(2):
        one = lease(bucket)
        assert one.attempt() is None
        one.check()
        one.release()


def test_while_its_holder_lives_nobody_else_has_it(bucket: Bucket) -> None:
    one, other = lease(bucket), lease(bucket)
    assert one.attempt() is None
    first = other.attempt()
    assert first is not None and not first.lives, "it is not known yet"
    while (holder := other.attempt()) is not None and not holder.lives:
        threading.Event().wait(_SOON_S / 5)
    assert holder is not None
    assert "process" in holder.who
    one.check()
    one.release()
    assert other.attempt() is None or until_held(other)
    other.release()


def test_what_is_not_renewed_is_taken_over_and_its_holder_learns_of_it(bucket: Bucket) -> None:
    one, other = Mute(objects(bucket), bucket, _SOON_S), lease(bucket)
    assert one.attempt() is None
    assert until_held(other) > 1
    with pytest.raises(LibraryError, match="can no longer be held"):
        one.check()
    one.release()  # takes nothing away from the other
    third = lease(bucket)
    assert third.attempt() is not None
    other.check()
    other.release()


def test_a_holder_that_was_asleep_while_another_took_over_stops(bucket: Bucket) -> None:
    one = lease(bucket)
    assert one.attempt() is None
    objects(bucket).put(NAME, b'{"by": "another", "writer": null, "renewed_every_s": 1, "turn": 0}')
    one._thread.join(10)
    with pytest.raises(LibraryError, match="another `rushes` took over"):
        one.check()
    one.release()


def test_of_two_that_begin_together_one_has_it(bucket: Bucket) -> None:
    several = [lease(bucket, 60.0) for _ in range(6)]
    held: list[Lease] = []

    def begin(one: Lease) -> None:
        if one.attempt() is None:
            held.append(one)

    threads = [threading.Thread(target=begin, args=(one,)) for one in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == 1
    held[0].release()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"by": 1}', b'{"turn": "x"}'])
def test_what_somebody_else_put_there_is_waited_for_like_a_writer(
    bucket: Bucket, content: bytes
) -> None:
    objects(bucket).put(NAME, content)
    holder = lease(bucket).attempt()
    assert holder is not None and not holder.lives


def test_a_second_writer_is_told_who_writes(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.storage.lease.RENEWED_EVERY_S", _SOON_S)
    storage = BucketStorage(bucket)
    told: list[str] = []
    with only_writer(storage):
        writing_too = only_writer(storage, waiting=told.append)
        with pytest.raises(LibraryError, match="another `rushes` is writing into s3://films/"):
            writing_too.__enter__()
    assert "process" in told[0]
    with only_writer(storage) as writing:
        writing.check()
