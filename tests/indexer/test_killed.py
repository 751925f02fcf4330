"""Killed at any moment, a library is whole, and the next run goes on."""

from pathlib import Path

from rushes.models import ModelStore
from tests.indexer.killing import survive


def test_a_run_killed_at_25_random_times_ends_as_one_never_killed(
    tmp_path: Path, starter_store: ModelStore
) -> None:
    assert survive(tmp_path, starter_store, kills=25, seed=7).total() == 25
