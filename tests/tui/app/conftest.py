"""What the tests of the app share."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """The app tells the collector that what it loads stays. Here a hundred apps come and go."""
    yield
    gc.unfreeze()
