"""The long version: 200 kills, of eight libraries."""

from pathlib import Path

import pytest

from rushes.models import ModelStore
from tests.indexer.killing import survive


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(8))
def test_a_run_killed_again_and_again_ends_as_one_never_killed(
    tmp_path: Path, starter_store: ModelStore, seed: int
) -> None:
    assert survive(tmp_path, starter_store, kills=25, seed=100 + seed).total() == 25
