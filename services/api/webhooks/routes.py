"""`/webhooks` and `/dead-letters`. Blocking: each request has a thread of the framework's."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Security
from pydantic import BaseModel, ConfigDict, Field

from api.access.audit import Audit
from api.access.guard import admitted
from api.access.keys import Key
from api.problems import Problem, unavailable
from parley.outside import endpoints
from parley.outside import spool as spooled
from parley.outside.endpoints import Endpoint
from parley.outside.notes import iso, trial
from parley.outside.spool import Figures, Letter, Spool

Manager = Annotated[Key, Security(admitted, scopes=["webhooks:manage"])]
Name = Annotated[
    str,
    Path(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="The webhook's name.", examples=["crm"]),
]
Number = Annotated[int, Path(ge=1, le=2**53, description="The message's number.", examples=[17])]
EventName = Literal[
    "call.started",
    "call.ended",
    "message.received",
    "voicemail.left",
    "transfer.failed",
    "alert",
    "test",
]
State = Literal["waiting", "taken", "dead"]
Limit = Annotated[int, Query(ge=1, le=500, description="How many at the most.")]
Before = Annotated[int, Query(ge=1, le=2**53, description="Only those with a smaller number.")]
_STATES: dict[str, State] = {"waiting": "waiting", "done": "taken", "dead": "dead"}

router = APIRouter(tags=["webhooks"])


class Wanted(BaseModel):
    """A receiver as it is to be."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: str = Field(
        max_length=endpoints.MOST_OF_URL,
        pattern=endpoints.URL_FORM,
        examples=["https://crm.example/hooks/parley"],
    )
    """Where it listens, by HTTP."""
    events: list[EventName] = Field([], max_length=20, examples=[["call.ended", "message.received"]])
    """What it is told of; empty: everything."""
    agents: list[Annotated[str, Field(pattern="^[A-Za-z0-9._-]{1,100}$")]] = Field(
        [], max_length=100, examples=[["techstore"]]
    )
    """Whose calls; empty: all agents'."""
    new_secret: bool = False
    """Whether signatures are to have another key from now on."""


class Webhook(BaseModel):
    """A receiver, and how its messages stand."""

    name: str = Field(examples=["crm"])
    url: str = Field(examples=["https://crm.example/hooks/parley"])
    events: list[str]
    agents: list[str]
    waiting: int
    """Messages that wait to be taken."""
    dead: int
    """Messages that were not taken within a day."""
    secret: str | None = None
    """The key of signatures, when it is new; it is not shown again."""


class Webhooks(BaseModel):
    """All receivers."""

    webhooks: list[Webhook]


class Delivery(BaseModel):
    """A message on its way to a receiver, or there."""

    number: int = Field(examples=[17])
    id: str
    """As the header `webhook-id` has it."""
    event: str = Field(examples=["call.ended"])
    call: str | None
    state: State
    """`dead`: it was not taken within a day, or refused for good."""
    since: str = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-28T14:03:12Z"])
    """When it was first tried."""
    at: str | None = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-28T14:03:12Z"])
    """When it is tried next, or was taken; null: it is dead."""
    failed: int
    """How many tries it was not taken in."""
    error: str = Field(examples=["status: 500"])
    """What became of the last of these; empty once it was taken."""


class Deliveries(BaseModel):
    """Some of a receiver's, newest first."""

    deliveries: list[Delivery]


class DeadLetter(BaseModel):
    """A message that was not taken."""

    number: int = Field(examples=[17])
    id: str
    """As the header `webhook-id` has it."""
    webhook: str = Field(examples=["crm"])
    event: str = Field(examples=["call.ended"])
    call: str | None
    since: str = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-28T14:03:12Z"])
    """When it was first tried."""
    tries: int
    error: str = Field(examples=["status: 500"])
    """What became of the last one."""


class DeadLetters(BaseModel):
    """Some of them, newest first."""

    letters: list[DeadLetter]


class Sent(BaseModel):
    """It will be sent at once."""

    result: Literal["queued"] = "queued"


@contextmanager
def _tolerating() -> Iterator[None]:
    """Raise Problem when the spool cannot be read or written."""
    try:
        yield
    except sqlite3.Error as error:
        raise unavailable("the messages cannot be read or written now") from error


def _spool(request: Request) -> Iterator[Spool]:
    with _tolerating():
        yield request.app.state.spool


Messages = Annotated[Spool, Depends(_spool)]


@router.get("/webhooks")
def list_webhooks(_key: Manager, spool: Messages) -> Webhooks:
    """Who is told what happens."""
    figures = spool.figures()
    return Webhooks(webhooks=[_webhook(each, figures.get(each.name)) for each in spool.endpoints()])


@router.put("/webhooks/{name}")
def put_webhook(key: Manager, request: Request, spool: Messages, name: Name, body: Wanted) -> Webhook:
    """Add a receiver, or change one; the answer to a new one has the key of its signatures, this once."""
    before = spool.endpoint(name)
    is_new = before is None or body.new_secret
    secret = endpoints.new_secret() if before is None or body.new_secret else before.secret
    endpoint = Endpoint(name, body.url, secret, tuple(body.events), tuple(body.agents))
    spool.put(endpoint)
    _note(request, key, "webhook.put", name)
    shown = _webhook(endpoint, spool.figures().get(name))
    return shown.model_copy(update={"secret": secret}) if is_new else shown


@router.delete("/webhooks/{name}")
def remove_webhook(key: Manager, request: Request, spool: Messages, name: Name) -> Webhook:
    """Remove a receiver, and what waits for it."""
    endpoint = _found(spool, name)
    shown = _webhook(endpoint, spool.figures().get(name))
    spool.remove(name)
    _note(request, key, "webhook.remove", name)
    return shown


@router.post("/webhooks/{name}/test")
def test_webhook(key: Manager, request: Request, spool: Messages, name: Name) -> Sent:
    """Send a receiver a message, to see whether it arrives."""
    _found(spool, name)
    spool.add(trial(time.time()), to=name)
    _note(request, key, "webhook.test", name)
    return Sent()


@router.get("/webhooks/{name}/deliveries")
def list_deliveries(
    _key: Manager, spool: Messages, name: Name, limit: Limit = 100, before: Before = 2**53
) -> Deliveries:
    """Messages to a receiver, newest first: those that wait, were taken within the last day, or are dead."""
    _found(spool, name)
    return Deliveries(deliveries=[_delivery(each) for each in spool.deliveries(name, limit, before)])


@router.get("/dead-letters")
def list_dead_letters(
    _key: Manager, spool: Messages, limit: Limit = 100, before: Before = 2**53
) -> DeadLetters:
    """Messages that were not taken within a day, newest first."""
    return DeadLetters(letters=[_shown(letter) for letter in spool.dead(limit, before)])


@router.post("/dead-letters/{number}/again")
def send_again(key: Manager, request: Request, spool: Messages, number: Number) -> Sent:
    """Send one of them again, and for a day, if need be."""
    if not spool.again(number, time.time()):
        raise Problem(404, "no-such-letter", f"there is no message {number} that was not taken")
    _note(request, key, "webhook.again", str(number))
    return Sent()


def _found(spool: Spool, name: str) -> Endpoint:
    endpoint = spool.endpoint(name)
    if endpoint is None:
        raise Problem(404, "no-such-webhook", f"there is no webhook {name}")
    return endpoint


def _note(request: Request, key: Key, action: str, subject: str) -> None:
    audit: Audit = request.app.state.audit
    audit.note(key.name, action, subject)


def _webhook(endpoint: Endpoint, figures: Figures | None) -> Webhook:
    return Webhook(
        name=endpoint.name,
        url=endpoint.url,
        events=list(endpoint.events),
        agents=list(endpoint.agents),
        waiting=figures.waiting if figures else 0,
        dead=figures.dead if figures else 0,
    )


def _delivery(delivery: spooled.Delivery) -> Delivery:
    letter = delivery.letter
    return Delivery(
        number=letter.number,
        id=letter.id,
        event=letter.kind,
        call=letter.call or None,
        state=_STATES[delivery.state],
        since=iso(letter.since),
        at=None if delivery.state == "dead" else iso(delivery.next_at),
        failed=letter.attempts,
        error=letter.error,
    )


def _shown(letter: Letter) -> DeadLetter:
    return DeadLetter(
        number=letter.number,
        id=letter.id,
        webhook=letter.endpoint,
        event=letter.kind,
        call=letter.call or None,
        since=iso(letter.since),
        tries=letter.attempts,
        error=letter.error,
    )
