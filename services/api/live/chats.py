"""What a person of the company asks of a chat that goes on: to have it, write in it, give it back, close it."""

from typing import Annotated

from fastapi import APIRouter, Request, Security

from api.access.guard import admitted
from api.access.keys import Key
from api.ids import CallId
from api.live.orders import Order
from api.live.routes import Outcome, Repeat, Words, give

Host = Annotated[Key, Security(admitted, scopes=["chats:steer"])]

router = APIRouter(tags=["chats"], prefix="/chats")


@router.post("/{call}/take")
async def take(key: Host, request: Request, call: CallId, repeat: Repeat = "") -> Outcome:
    """Take a chat over from the agent, whether a person was asked for or not: the agent writes no more."""
    return await give(request, key, Order(call, "take"), repeat)


@router.post("/{call}/say")
async def write(key: Host, request: Request, call: CallId, body: Words, repeat: Repeat = "") -> Outcome:
    """Write a line: a person's once the chat was taken, else the agent's."""
    return await give(request, key, Order(call, "say", body.text), repeat)


@router.post("/{call}/give-back")
async def give_back(key: Host, request: Request, call: CallId, repeat: Repeat = "") -> Outcome:
    """Give a chat back to the agent."""
    return await give(request, key, Order(call, "give_back"), repeat)


@router.post("/{call}/close")
async def close(key: Host, request: Request, call: CallId, repeat: Repeat = "") -> Outcome:
    """Close a chat; where the agent has it, it says goodbye."""
    return await give(request, key, Order(call, "hangup"), repeat)
