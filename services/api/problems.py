"""Errors as clients get them: `application/problem+json` (RFC 9457)."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from parley import log

MEDIA_TYPE = "application/problem+json"
_KIND = "urn:parley:problem:"
_MOST_FIELDS = 20

_log = log.get("problems")


class WrongField(BaseModel):
    """A part of a request that is wrong."""

    field: str = Field(examples=["query.since"])
    """Where it stands and its name."""
    reason: str = Field(examples=["must be a date and time with its zone"])


class ProblemBody(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(examples=["urn:parley:problem:no-such-call"])
    """Which kind of problem; always the same one for the same cause."""
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no call 1732287000.7 is kept"])
    rule: str = Field("", examples=["hours"])
    """Of a call that may not be made: the rule that does not allow it."""
    errors: list[WrongField] = []
    """Of a request that cannot be understood: every part that is wrong."""


class Problem(Exception):
    """Ends a request; `kind` is the last part of the problem's type."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        errors: list[WrongField] | None = None,
        rule: str = "",
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.body = ProblemBody(
            type=f"{_KIND}{kind}",
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            rule=rule,
            errors=errors or [],
        )
        self.headers = headers or {}

    def response(self) -> JSONResponse:
        """The answer that tells it."""
        body = self.body.model_dump(exclude_defaults=True)
        return JSONResponse(body, self.status, self.headers, media_type=MEDIA_TYPE)


def unavailable(what: str) -> Problem:
    """A part of the stack is away; `what` says which, without anything of a request's."""
    return Problem(503, "unavailable", what, headers={"Retry-After": "5"})


def install(app: FastAPI) -> None:
    """Have every error of an application told so."""
    app.add_exception_handler(Problem, _told)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(Exception, _of_a_fault)


async def _told(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return error.response()


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    """What the framework refuses by itself: a path or a method that there is not."""
    assert isinstance(error, HTTPException)
    kind = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request)
    return Problem(error.status_code, kind, error.detail, headers=headers).response()


def _allowed(request: Request) -> str:
    """Methods of a path; the framework names those of one route, where each method has a route of its own."""
    paths: dict[str, dict[str, object]] = request.app.openapi()["paths"]
    found = (
        methods for path, methods in paths.items() if compile_path(path)[0].fullmatch(request.scope["path"])
    )
    return ", ".join(sorted(method.upper() for methods in found for method in methods))


async def _of_validation(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # Without what was sent: it may be a number of somebody's.
    wrong = [
        WrongField(field=".".join(str(part) for part in each["loc"]), reason=each["msg"])
        for each in error.errors()[:_MOST_FIELDS]
    ]
    return Problem(422, "invalid-request", f"{wrong[0].field}: {wrong[0].reason}", errors=wrong).response()


async def _of_a_fault(_request: Request, error: Exception) -> JSONResponse:
    _log.error("a request broke", error=repr(error))
    return Problem(500, "fault", "the API is at fault; its log says more").response()
