"""A page on which customers chat with one agent, or find its number: in the company's name and colour.

It is made of the agent's file alone. Nothing comes from elsewhere, and no script or style stands in it
(Content-Security-Policy): whatever the file says is text.
"""

from html import escape
from pathlib import Path
from string import Template
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from api.problems import Problem
from chat.web.routes import AgentName
from parley.agents import Agent
from parley.agents.pages.page import LOGOS, Page
from parley.telephone import numbers

_HERE = Path(__file__).parent
_PAGE = Template((_HERE / "page.html").read_text())
_STYLE = (_HERE / "page.css").read_text()
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
_ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Of a picture that is opened by itself: SVG may have scripts."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # An agent's file changes while this goes on.
    "Cache-Control": "no-cache",
}
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<path fill="{}" d="M4 1h8a3 3 0 0 1 3 3v5a3 3 0 0 1-3 3H8l-4 3.5V12a3 3 0 0 1-3-3V4a3 3 0 0 1 3-3z"/></svg>'
)
_WHITE, _BLACK = "#ffffff", "#000000"
_NAMES = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "it": "Italiano"}
"""Of languages, in themselves."""
_WORDS = {
    "en": ("Call us", "Languages", "You write with an automatic assistant; a colleague can take over."),
    "de": (
        "Rufen Sie uns an",
        "Sprachen",
        "Sie schreiben mit einem automatischen Assistenten; ein Kollege kann übernehmen.",
    ),
    "es": ("Llámenos", "Idiomas", "Escribe con un asistente automático; un colega puede continuar."),
    "fr": (
        "Appelez-nous",
        "Langues",
        "Vous écrivez à un assistant automatique ; un collègue peut prendre le relais.",
    ),
    "it": ("Ci chiami", "Lingue", "Scrive con un assistente automatico; un collega può subentrare."),
}
Wish = Annotated[
    str, Query(max_length=20, description="One of the agent's languages; by default the browser's.")
]

router = APIRouter(prefix="/chat/page", include_in_schema=False)


@router.get("/{agent}")
async def show(request: Request, agent: AgentName, language: Wish = "") -> HTMLResponse:
    """The page."""
    known, page = _found(request, agent)
    code = _language(known, language, request.headers.get("accept-language", ""))
    headers = {
        **_HEADERS,
        "Content-Security-Policy": _POLICY,
        "Content-Language": code,
        "Vary": "Accept-Language",
    }
    return HTMLResponse(_html(known, page, code), headers=headers)


@router.get("/{agent}/style.css")
async def style(request: Request, agent: AgentName) -> Response:
    """Its style, in the agent's colour."""
    _, page = _found(request, agent)
    own = f":root {{ --colour: {page.colour}; --on-colour: {readable_on(page.colour)}; }}\n"
    return Response(own + _STYLE, media_type="text/css", headers=_HEADERS)


@router.get("/{agent}/icon.svg")
async def icon(request: Request, agent: AgentName) -> Response:
    """What browsers show of it beside its name."""
    _, page = _found(request, agent)
    headers = {**_HEADERS, "Content-Security-Policy": _ALONE}
    return Response(_ICON.format(page.colour), media_type="image/svg+xml", headers=headers)


@router.get("/{agent}/logo")
async def logo(request: Request, agent: AgentName) -> FileResponse:
    """The agent's picture."""
    known, page = _found(request, agent)
    if page.logo is None or not (known.folder / page.logo).is_file():
        raise Problem(404, "no-logo", f"agent {agent} has no logo")
    kind = LOGOS[page.logo.rpartition(".")[2]]
    headers = {**_HEADERS, "Content-Security-Policy": _ALONE}
    return FileResponse(known.folder / page.logo, media_type=kind, headers=headers)


def readable_on(colour: str) -> str:
    """White or black, whichever has the greater contrast (WCAG 2.2, 1.4.3: it is 4.5 or more for every colour)."""
    light = _luminance(colour)
    return _WHITE if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else _BLACK


def _luminance(colour: str) -> float:
    """Of `#rrggbb`, from 0 to 1 (WCAG 2.2, relative luminance)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _found(request: Request, name: str) -> tuple[Agent, Page]:
    agent: Agent | None = request.app.state.agents.get(name)
    if agent is None or agent.file.chat.page is None:
        raise Problem(404, "no-page", f"there is no page of an agent {name}")
    return agent, agent.file.chat.page


def _language(agent: Agent, wish: str, accepted: str) -> str:
    """The first that is wanted and the agent has (RFC 9110, section 12.5.4; the order stands for the weight)."""
    wanted = (
        each.partition(";")[0].strip().lower().partition("-")[0] for each in (wish, *accepted.split(","))
    )
    return next((code for code in wanted if code in agent.file.all_languages), agent.file.language)


def _html(agent: Agent, page: Page, code: str) -> str:
    call, languages, about = _WORDS.get(code, _WORDS["en"])
    base = f"/chat/page/{agent.name}"
    name = escape(page.name or agent.file.company)
    picture = f'<img src="{base}/logo" alt="" height="48">' if page.logo else ""
    text = f'<p class="text">{escape(page.text[code])}</p>' if code in page.text else ""
    telephone = page.telephone and (
        f'<a class="call" href="tel:{escape(page.telephone)}">{call}: {escape(numbers.spaced(page.telephone))}</a>'
    )
    return _PAGE.substitute(
        language=code,
        agent=agent.name,
        base=base,
        name=name,
        picture=picture,
        text=text,
        about=escape(about),
        telephone=telephone or "",
        languages=_links(agent, code, languages),
        colour=page.colour,
        on_colour=readable_on(page.colour),
    )


def _links(agent: Agent, code: str, label: str) -> str:
    """To the page in the agent's other languages; nothing where there is one."""
    if len(agent.file.all_languages) < 2:
        return ""
    links = (
        f'<a href="?language={each}" lang="{each}" hreflang="{each}"{" aria-current='true'" if each == code else ""}>'
        f"{_NAMES.get(each, each)}</a>"
        for each in agent.file.all_languages
    )
    return f'<nav aria-label="{label}">{" ".join(links)}</nav>'
