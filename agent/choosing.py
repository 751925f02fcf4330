"""Between readings that code cannot tell apart, the model chooses: one name out of a few."""

from collections.abc import Sequence

from pydantic import BaseModel, ValidationError

from agent import background, requests
from agent.llm.protocol import JsonSchema, LanguageModel, Message, Role
from agent.prompts import prompt
from agent.quoting import Quoting
from agent.requests import Want
from rushes.jobs import Job

_MOST_TOKENS = 24
_ACTIONS: dict[type[Want], tuple[str, str]] = {
    requests.Answer: ("answer", "they want to know something that was said or written"),
    requests.Find: ("find", "they want to see clips, pictures or files"),
}


class _Choice(BaseModel):
    action: str


async def choose(wants: Sequence[Want], words: str, model: LanguageModel, job: Job) -> Want:
    """What the model takes the user to want; the likeliest if it says something else.

    Raises:
        RushesError: the model failed.
        Cancelled: the user asked to stop.
    """
    names = [_ACTIONS[type(want)][0] for want in wants]
    described = "\n".join(f"{name}: {what}" for name, what in (_ACTIONS[type(w)] for w in wants))
    messages = [
        Message(Role.SYSTEM, prompt("choose").format(choices=described)),
        Message(Role.USER, Quoting().quote("user", words)),
    ]
    schema: JsonSchema = {
        "type": "object",
        "properties": {"action": {"type": "string", "enum": names}},
        "required": ["action"],
        "additionalProperties": False,
    }

    def ask() -> str:
        return "".join(model.write(messages, job, max_tokens=_MOST_TOKENS, schema=schema))

    reply = await background.run(job, ask)
    try:
        action = _Choice.model_validate_json(reply).action
    except ValidationError:
        return wants[0]
    return wants[names.index(action)] if action in names else wants[0]
