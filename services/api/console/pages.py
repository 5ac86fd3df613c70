"""Pages: templates with their words in the visitor's language. No text of anybody's gets into a page unescaped."""

import secrets
import tomllib
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.console.door import FORM, Visitor
from api.console.waterfall import bars

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
TEMPLATES = _HERE / "templates"
GERMAN: dict[str, str] = tomllib.loads((_HERE / "german.toml").read_text())
"""From the English words of the templates."""
_TABS = (
    ("live", "Live"),
    ("call", "Call"),
    ("calls", "Calls"),
    ("messages", "Messages"),
    ("people", "People"),
    ("campaigns", "Campaigns"),
    ("questions", "Questions"),
    ("agents", "Agents"),
    ("settings", "Settings"),
)

_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    request: Request, template: str, visitor: Visitor | None = None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """One; `visitor`: None: nobody is logged in. A page is given all its values: a missing one is an error."""
    language = language_of(request.headers.get("accept-language", ""))
    text = _environment.get_template(f"{template}.html").render(
        _=lambda words: translated(words, language),
        language=language,
        visitor=visitor,
        tabs=_TABS,
        path=request.url.path,
        form_field=FORM,
        once=secrets.token_hex,
        told=request.query_params.get("told", ""),
        **values,
    )
    return HTMLResponse(text, status, {"Content-Language": language, "Vary": "Accept-Language"})


def then(path: str) -> RedirectResponse:
    """Go on to a page after something was done; loading that again does it not again."""
    return RedirectResponse(path, 303)


def translated(words: str, language: str) -> str:
    """Words of a template, or a code such as `caller_hung_up` in words."""
    plain = words.replace("_", " ")
    return GERMAN.get(words, GERMAN.get(plain, plain)) if language == "de" else plain


def language_of(accepted: str) -> str:
    """`de` where German is liked better than English (RFC 9110, section 12.5.4; the order stands for the weight)."""
    for liked in accepted.lower().split(","):
        if (tag := liked.partition(";")[0].strip().partition("-")[0]) in ("de", "en"):
            return tag
    return "en"


def moment(iso: str | None) -> Markup:
    """A time; the browser shows it in its own zone."""
    if not iso:
        return Markup("–")
    shown = iso[:19].replace("T", " ")
    return Markup('<time datetime="{}">{} UTC</time>').format(iso, shown)


def duration(seconds: float) -> str:
    """As `3:05`, or `1:02:03`."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def plain(value: Any) -> str:
    """A value of an event's, in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(plain(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {plain(each)}" for name, each in value.items())
    return str(value)


_environment.filters |= {"moment": moment, "duration": duration, "plain": plain, "bars": bars}
