"""Waiting for what an app comes to, without guessing how long it takes."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot


async def until(pilot: Pilot[Any], is_so: Callable[[], object], seconds: float = 30.0) -> None:
    """Let the app go on until something is so.

    Raises:
        TimeoutError: it never was.
    """
    async with asyncio.timeout(seconds):
        while not is_so():
            await pilot.pause(0.02)
    await pilot.pause()
