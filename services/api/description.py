"""The description of the API (OpenAPI 3.1), with what the framework does not know by itself: its errors."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE, ProblemBody

_ALWAYS = {
    401: "No key, or one that is not good any more.",
    403: "The key is not good for this.",
    422: "The request cannot be understood; `errors` names what is wrong.",
    429: "The key has been used too often in this minute; `Retry-After` says how long to wait.",
    500: "The API is at fault.",
    503: "A part of the stack is away.",
}
_OF_SOUNDS = {
    409: "The recording is encrypted, and the API has no key to it.",
    416: "The recording has no such range.",
}
_OF_PATHS = {
    "{": {404: "There is no such thing, or the call does not go on."},
    "/recording": _OF_SOUNDS,
    "/voicemail": _OF_SOUNDS,
    "/agents/": {409: "The agent's file is broken, or the API may not change agents."},
}
"""What operations may answer whose path has this in it."""
_OF_CHANGES = {
    400: "The body is none.",
    409: "It cannot be done now: `detail` says why.",
    413: "The body is too long.",
    504: "Nobody has said in time whether it was done.",
}
"""What operations may answer that change something."""
_OF_VERSIONS = {
    412: "It has been changed since the version that `If-Match` names.",
    428: "It is there already: `If-Match` has to name its version.",
}
"""What operations may answer that replace what the client has seen."""
_OF_PARAMETERS = {"If-Match": _OF_VERSIONS, "cell": {409: "Records of several cells are kept nowhere."}}
"""What operations may answer that are asked with these."""
_HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "required": True}},
    416: {"Content-Range": {"schema": {"type": "string"}, "required": True}},
}
_YAML = "application/yaml"
_FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_SOUND = {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}
_FRAMEWORKS = ("HTTPValidationError", "ValidationError")
"""Schemas of errors that are told in another form here."""


def install(app: FastAPI) -> None:
    """Have an application describe itself so."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to do it


def _describe(app: FastAPI) -> dict[str, Any]:
    page = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = page["components"]["schemas"]
    for name in _FRAMEWORKS:
        schemas.pop(name, None)
    body = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(body.pop("$defs"))
    schemas["Problem"] = body
    for path, operations in page["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    return page


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Name what an operation may answer beside what it is for."""
    told = dict(_ALWAYS)
    for part, more in _OF_PATHS.items():
        told |= more if part in path else {}
    if method != "get":
        told |= _OF_CHANGES
    if path.endswith("/knowledge/{file}") and method == "get":
        operation["responses"]["200"] = {"description": "The file, as it is.", "content": _FILE}
    for part in operation.get("parameters", []):
        told |= _OF_PARAMETERS.get(part["name"], {})
    if _YAML in operation.get("requestBody", {}).get("content", {}):
        # What may stand there is for agents/agent.schema.json to say: here any text is one.
        operation["requestBody"]["content"][_YAML]["schema"] = {}
    if path.endswith(("/recording", "/voicemail")):
        _describe_sound(operation)
    for status, text in sorted(told.items()):
        operation["responses"][str(status)] = _problem(status, text)


def _describe_sound(operation: dict[str, Any]) -> None:
    operation["responses"]["200"] = {"description": "The whole recording.", "content": _SOUND}
    operation["responses"]["206"] = {
        "description": "The range that was asked for.",
        "headers": {"Content-Range": {"schema": {"type": "string"}, "required": True}},
        "content": _SOUND,
    }


def _problem(status: int, text: str) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in _HEADERS:
        answer["headers"] = _HEADERS[status]
    return answer
