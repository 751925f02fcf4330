"""How long it takes until a turn that is stopped says so."""

import asyncio
import time
from typing import Any

from textual.pilot import Pilot

from tui.app import RushesApp
from tui.widgets.chat import TurnView
from tui.widgets.prompt import Prompt


async def stop_a_turn(
    pilot: Pilot[Any], app: RushesApp, question: str, after_s: float
) -> float | None:
    """Ask something, press Esc `after_s` later, and wait until the turn says that it was stopped.

    Returns how many seconds that took; None if the turn was over before. The app may be under any
    load: keys are not waited for as `Pilot.press` does.

    Raises:
        TimeoutError: not in ten seconds.
    """
    before = len(app.screen.query(TurnView))
    app.screen.query_one(Prompt).begin(question)
    app.simulate_key("enter")
    async with asyncio.timeout(10):
        while len(app.screen.query(TurnView)) == before:
            await asyncio.sleep(0.002)
    await asyncio.sleep(after_s)
    if not any(each.name == "turn" and each.is_running for each in app.workers):
        return None
    turn = list(app.screen.query(TurnView))[-1]
    began_s = time.perf_counter()
    app.simulate_key("escape")
    async with asyncio.timeout(10):
        while not turn.query(".noticed"):
            await asyncio.sleep(0.002)
    took_s = time.perf_counter() - began_s
    await pilot.pause()
    return took_s
