"""The press of a button as Slack reports it: an interaction of the type block_actions."""

import json
from typing import Any

from pydantic import BaseModel, ValidationError

from core.errors import Invalid


class _User(BaseModel):
    id: str


class _Action(BaseModel):
    action_id: str
    value: str = ""


class _Message(BaseModel):
    blocks: list[dict[str, Any]] = []


class _Interaction(BaseModel):
    type: str
    user: _User
    actions: list[_Action] = []
    message: _Message = _Message()
    response_url: str = ""


class Press(BaseModel):
    """``thread_id`` is the thread of the message; ``blocks`` are the message's at that moment."""

    action: str
    thread_id: int
    member: str
    blocks: list[dict[str, Any]]
    response_url: str


def parse_press(payload: str) -> Press | None:
    """The press; None for what is no press of a button of ours. Raises Invalid for nonsense."""
    try:
        found = _Interaction.model_validate(json.loads(payload))
    except (ValueError, ValidationError, RecursionError) as error:
        raise Invalid("payload is no interaction of Slack.") from error
    if found.type != "block_actions" or not found.actions:
        return None
    action = found.actions[0]
    if not (action.value.isascii() and action.value.isdigit() and len(action.value) < 19):
        return None
    return Press(
        action=action.action_id,
        thread_id=int(action.value),
        member=found.user.id,
        blocks=found.message.blocks,
        response_url=found.response_url,
    )
