"""`POST /campaigns`: a definition and a list, sent as JSON or as a form with files, and what is wrong with them."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.config import JsonDict
from starlette.datastructures import FormData

from api.campaigns.books import book
from api.campaigns.views import Taken
from api.problems import Problem, WrongField
from records.campaigns.lists import MOST_ROWS, Wrong, WrongList, read_file, read_rows
from records.campaigns.plan import NAME, Plan, Row, WrongPlan, plan_of, read_plan

_JSON, _FORM = "application/json", "multipart/form-data"
_NAMES = ("name", "definition", "list")
_DEFINITION = {"agent": "techstore", "greeting": "Hello {name}, your order is ready.", "country": "DE"}
_ROW = {"number": "030 123456", "consent": "order form, 3 November", "name": "Ms. Doe"}
_TEXT = {"type": "string"}
_ITEM: JsonDict = {
    "type": "object",
    "description": "What is neither `number` nor `consent` is a variable.",
    "required": ["number", "consent"],
    "properties": {"number": {**_TEXT}, "consent": {**_TEXT}},
    "additionalProperties": {**_TEXT},
}
_ONE = Lock()
"""A list of the most rows takes some hundred MB while it is read: one at a time."""


class Wanted(BaseModel):
    """A campaign that is sent as JSON."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(pattern=f"^{NAME.pattern}$", examples=["spring"])
    definition: dict[str, Any]
    """As its file has it."""
    rows: list[dict[str, str]] = Field(max_length=MOST_ROWS, json_schema_extra={"items": _ITEM})
    """The list."""


_SCHEMAS: dict[str, dict[str, Any]] = {
    _JSON: {
        "schema": Wanted.model_json_schema(),
        "example": {"name": "spring", "definition": _DEFINITION, "rows": [_ROW]},
    },
    _FORM: {
        "schema": {
            "type": "object",
            "required": list(_NAMES),
            "properties": {
                "name": {**_TEXT, "pattern": f"^{NAME.pattern}$"},
                "definition": {**_TEXT, "description": "As campaigns/NAME.yaml, in YAML or JSON."},
                "list": {**_TEXT, "format": "binary", "description": "CSV or XLSX, with a header."},
            },
        },
        "example": {
            "name": "spring",
            "definition": "agent: techstore\ncountry: DE\n",
            "list": "number,consent,name\n030 123456,order form,Ms. Doe\n",
        },
    },
}
CONTENT: dict[str, Any] = {"requestBody": {"required": True, "content": _SCHEMAS}}
"""The body, as OpenAPI has it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A campaign that is to be taken in, and how it is read."""

    name: str
    plan: Callable[[], Plan]
    rows: Callable[[Plan], list[Row]]
    place: str
    """The field of the list."""
    digest: str
    """Of all that was sent."""


async def sent(request: Request) -> Sent:
    """What a request has; raise Problem or RequestValidationError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _JSON:
        return await run_in_threadpool(_of_json, await request.body())
    if kind == _FORM:
        async with request.form(max_files=2, max_fields=3) as form:
            return _of_form({_name(name): await _bytes(form, name) for name in form})
    raise wrong([WrongField(field="header.Content-Type", reason=f"must be {_JSON} or {_FORM}")])


def _name(name: str) -> str:
    """A field's: in an encoding of the sender's choice it may be one that no answer could name."""
    return name.encode(errors="replace").decode()


async def _bytes(form: FormData, name: str) -> bytes:
    value = form[name]
    return value.encode(errors="surrogatepass") if isinstance(value, str) else await value.read()


def _of_json(body: bytes) -> Sent:
    try:
        wanted = Wanted.model_validate_json(body)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in told]) from error
    return Sent(
        wanted.name,
        lambda: plan_of(wanted.definition),
        lambda plan: read_rows(wanted.rows, plan.country),
        "rows",
        hashlib.sha256(body).hexdigest(),
    )


def _of_form(fields: dict[str, bytes]) -> Sent:
    odd = [
        WrongField(field=f"body.{name}", reason="there is no such field")
        for name in fields
        if name not in _NAMES
    ]
    odd += [WrongField(field=f"body.{name}", reason="is missing") for name in _NAMES if name not in fields]
    if odd:
        raise wrong(odd)
    name = fields["name"].decode(errors="replace")
    if not NAME.fullmatch(name):
        told = "must be up to 32 small letters, digits, - and _, and begin with a letter or digit"
        raise wrong([WrongField(field="body.name", reason=told)])
    digest = hashlib.sha256(b"\0".join(fields[each] for each in _NAMES)).hexdigest()
    return Sent(
        name,
        lambda: read_plan(fields["definition"].decode()),
        lambda plan: read_file(fields["list"], plan.country),
        "list",
        digest,
    )


def take(folder: Path, agents: Collection[str], what: Sent) -> Taken:
    """Take a campaign in, or change one, as `make campaign DO=load` does; raise Problem naming what is wrong. Blocking.

    `agents`: the names of those that there are.
    """
    with _ONE:
        plan = _plan(what, agents)
        try:
            rows = what.rows(plan)
        except WrongList as error:
            raise wrong([_of_list(what.place, each) for each in error.wrong]) from error
        with book(folder) as at:
            is_new = at.campaign(what.name) is None
            added = at.put(what.name, plan, rows)
    return Taken(
        name=what.name,
        result="created" if is_new else "changed",
        people=len(rows),
        added=added,
        without_consent=sum(not row.consent for row in rows),
    )


def _plan(what: Sent, agents: Collection[str]) -> Plan:
    try:
        plan = what.plan()
        if plan.agent not in agents:
            raise WrongPlan("agent", f"there is no agent {plan.agent}")
    except WrongPlan as error:
        field = ".".join(part for part in ("body.definition", error.field) if part)
        raise wrong([WrongField(field=field, reason=error.reason)]) from error
    except UnicodeDecodeError as error:
        raise wrong([WrongField(field="body.definition", reason="is not UTF-8")]) from error
    return plan


def _of_list(place: str, each: Wrong) -> WrongField:
    """Rows of JSON are counted from 0, as everywhere in it; lines of files as spreadsheets show them."""
    in_file = place == "list"
    at = "" if not each.line else str(each.line if in_file else each.line - 1)
    field = ".".join(part for part in ("body", place, at, each.column) if part)
    return WrongField(field=field, reason=str(each) if in_file else each.reason)


def wrong(fields: list[WrongField]) -> Problem:
    """What is wrong with what was sent."""
    return Problem(422, "invalid-request", f"{fields[0].field}: {fields[0].reason}", errors=fields)
