"""For models that can plan: they choose the tools and their arguments themselves, step by step.

What a tool may do is decided elsewhere (agent/tools.py): a plan can read, and nothing else here.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from agent import background
from agent import steps as counted
from agent.answering import Answered, answer, sought, sought_in
from agent.events import Event, Noticed, Said, Showed
from agent.forms import Form, Found, Outcome
from agent.llm.protocol import JsonSchema, Message, Role
from agent.prompts import prompt
from agent.quoting import Quoting
from agent.reading_tools import LOOK, READ, SEARCH, SIMILAR, STATUS
from agent.steps import Steps
from agent.table import Table
from agent.tools import Kit, Tool
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.moment import Moment
from rushes.text import one_line

_TOOLS: dict[str, Tool[Any, Any]] = {
    tool.name: tool for tool in (SEARCH, LOOK, READ, SIMILAR, STATUS)
}
_MOST_TOKENS = 300
_SEEN = 4000  # characters of what a tool gave
_ENDS = ("answer", "show")


class _Call(BaseModel):
    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict)


async def plan(
    words: str, table: Table, kit: Kit, steps: Steps, job: Job, into: Answered
) -> AsyncIterator[Event]:
    """Do what the model decides, then answer from what it found, or show it.

    Raises:
        RushesError: the library cannot be read.
        Cancelled: the user asked to stop.
    """
    assert kit.model is not None
    quoting = Quoting()
    seen: list[Message] = [Message(Role.USER, quoting.quote("user", words))]
    found: dict[tuple[object, ...], Moment] = {_key(each): each for each in table.moments}
    last: tuple[Moment, ...] = ()
    fits = False
    ending = "answer"
    try:
        for left in range(counted.MOST - 1, 0, -1):
            call = await _next(seen, left, kit, job)
            if call.tool in _ENDS:
                ending = call.tool
                break
            result, told = await _done(call, kit, steps, job)
            if isinstance(result, Found):
                last, fits = result.results.moments or result.results.nearest, result.fits
                found = {_key(each): each for each in last} | found
            seen.append(Message(Role.ASSISTANT, call.model_dump_json()))
            seen.append(Message(Role.USER, quoting.quote(f"{call.tool} gave", told[:_SEEN])))
    except RushesError as error:
        yield Noticed(f"the language model failed: {error}")
    if ending == "show" and last:
        into.moments = last
        into.text = f"{len(last)} moments." if fits else "Nothing fits; the nearest:"
        into.refused = not fits
        yield Said(into.text)
        yield Showed(last, words, nearest=not fits)
        return
    held = tuple(found.values())
    seeking = sought_in(held, words, kit, steps, job) if held else sought(words, kit, steps, job)
    async for event in answer(await seeking, kit.model, job, into):
        yield event


async def _next(seen: list[Message], left: int, kit: Kit, job: Job) -> _Call:
    """The next call, as the model writes it; what is none ends the plan."""
    model = kit.model
    assert model is not None
    described = "\n".join(_described(tool) for tool in _TOOLS.values())
    system = Message(Role.SYSTEM, prompt("plan").format(tools=described))

    def ask() -> str:
        asked = [system, *seen, Message(Role.USER, f"{left} steps are left.")]
        pieces = model.write(asked, job, max_tokens=_MOST_TOKENS, schema=_schema())
        return "".join(pieces)

    reply = await background.run(job, ask)
    try:
        call = _Call.model_validate_json(reply)
    except ValidationError:
        return _Call(tool="answer")
    return call if call.tool in (*_TOOLS, *_ENDS) else _Call(tool="answer")


async def _done(call: _Call, kit: Kit, steps: Steps, job: Job) -> tuple[Outcome | None, str]:
    """What a call gives, and how that is told to the model. Its errors are told, too."""
    tool = _TOOLS[call.tool]
    try:
        form: Form = tool.read(call.arguments)
        about = one_line(" ".join(str(each) for each in call.arguments.values()))
        result: Outcome = await steps.use(tool, kit, form, about, job)
    except RushesError as error:
        return None, f"error: {error}"
    return result, result.model_dump_json(exclude_none=True)


def _described(tool: Tool[Any, Any]) -> str:
    fields = {
        name: field.get("description") or field.get("type", "")
        for name, field in tool.takes.model_json_schema().get("properties", {}).items()
    }
    return f"{tool.name}: {json.dumps(fields, ensure_ascii=False)} – {tool.what}"


def _schema() -> JsonSchema:
    """Any of the calls. The arguments' own limits are checked when they are read."""
    return {
        "type": "object",
        "properties": {
            "tool": {"type": "string", "enum": [*_TOOLS, *_ENDS]},
            "arguments": {"type": "object"},
        },
        "required": ["tool", "arguments"],
    }


def _key(moment: Moment) -> tuple[object, ...]:
    return moment.path, moment.start_s, moment.page
