"""What was asked before: found by words, read, taken up again, or deleted."""

import asyncio
import time
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from agent.history import Found, KeptTurn
from rushes.text import clean, one_line
from tui.at_work import AtWork
from tui.desk import Desk
from tui.labels import where
from tui.screens.approve import ApproveScreen
from tui.widgets.keys_line import KeysLine
from tui.widgets.scrolled import Scrolled

_MOST = 200


class HistoryScreen(ModalScreen[KeptTurn | None], AtWork):
    """Gives the turn to go on from."""

    CSS_PATH = "history.tcss"
    BINDINGS = [
        Binding("escape", "leave", "Back"),
        Binding("down", "down", "Down", show=False),
        Binding("delete,ctrl+d", "delete", "Delete"),
    ]

    def __init__(self, desk: Desk, words: str = "") -> None:
        super().__init__()
        self._desk = desk
        self._words = words
        self._turns: tuple[KeptTurn, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(id="past"):
            yield Input(self._words, placeholder="words of a question or an answer", id="words")
            with Horizontal():
                yield OptionList(markup=False, id="turns")
                with Scrolled(id="preview"):
                    yield Static(id="told", markup=False)
            yield Static(id="state", markup=False)
        yield KeysLine()

    def failed(self, error: BaseException) -> None:
        self.query_one("#state", Static).update(Content(one_line(str(error))))

    def on_mount(self) -> None:
        self.query_one("#past").border_title = "History"
        self._look()

    def on_input_changed(self) -> None:
        self._look()

    def on_input_submitted(self) -> None:
        self._resume()

    def on_option_list_option_selected(self) -> None:
        self._resume()

    def on_option_list_option_highlighted(self) -> None:
        turn = self._chosen
        told = _preview(turn) if turn is not None else Content("")
        self.query_one("#told", Static).update(told)
        self.query_one("#preview").scroll_home(animate=False)

    def on_key(self, event: events.Key) -> None:
        turns = self.query_one("#turns", OptionList)
        if event.key == "d" and turns.has_focus:
            self.action_delete()
        elif event.key == "up" and turns.has_focus and turns.highlighted == 0:
            self.query_one("#words").focus()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_down(self) -> None:
        """From the words to what was found."""
        if self._turns:
            self.query_one("#turns").focus()

    def action_delete(self) -> None:
        if self._chosen is not None:
            self.work("history", partial(self._delete, self._chosen))

    @property
    def _chosen(self) -> KeptTurn | None:
        at = self.query_one("#turns", OptionList).highlighted
        return self._turns[at] if at is not None and at < len(self._turns) else None

    def _resume(self) -> None:
        if self._chosen is not None:
            self.dismiss(self._chosen)

    def _look(self) -> None:
        self.work("history", partial(self._find, self.query_one("#words", Input).value))

    async def _find(self, words: str) -> None:
        self._show(await asyncio.to_thread(self._desk.history.search, words, _MOST), words)

    def _show(self, found: Found, words: str) -> None:
        self._turns = found.turns
        turns = self.query_one("#turns", OptionList)
        turns.clear_options()
        turns.add_options(Option(_line(turn)) for turn in found.turns)
        if found.turns:
            turns.highlighted = 0
        else:
            self.query_one("#told", Static).update(Content(""))
        self.query_one("#state", Static).update(Content(_state(found, words)))

    async def _delete(self, turn: KeptTurn) -> None:
        asked = f"delete “{one_line(turn.question)[:60]}” from the history"
        if await self.app.push_screen_wait(ApproveScreen(asked, "Delete", "Keep")):
            await asyncio.to_thread(self._desk.history.delete, turn)
            await self._find(self.query_one("#words", Input).value)


def _line(turn: KeptTurn) -> Content:
    when = time.strftime("%d %b %H:%M", time.localtime(turn.at_s))
    return Content.assemble((f"{when}  ", "dim"), one_line(turn.question)[:200])


def _state(found: Found, words: str) -> str:
    count = len(found.turns)
    told = f"{count} question{'s' * (count != 1)}"
    if not count:
        told = "nothing asked has these words" if words.strip() else "nothing was asked yet"
    elif count == _MOST:
        told = f"the last {count} questions: write words to find others"
    if found.damaged:
        told += f"; {found.damaged} could not be read and are left out"
    return told


def _preview(turn: KeptTurn) -> Content:
    parts = [Content.styled(one_line(turn.question), "bold"), Content("")]
    if turn.text:
        parts += [Content(clean(turn.text)), Content("")]
    for each in turn.citations:
        place = where(each.page, each.start_s, each.end_s)
        name = one_line(each.path.name)
        parts.append(Content.assemble((f"[{each.n}] {name}", "bold"), f"  {place}"))
        parts.append(Content(f"“{one_line(each.quote)}”"))
    count = len(turn.reel.picks) if turn.reel is not None else len(turn.moments)
    if count:
        what = "clips of a reel" if turn.reel is not None else "moments"
        parts.append(Content.styled(f"▶ {count} {what}", "dim"))
    if turn.stopped or turn.failed:
        parts.append(Content.styled("stopped" if turn.stopped else "failed", "dim"))
    return Content("\n").join(parts)
