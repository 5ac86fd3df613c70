"""What may stand of a page in agent.yaml, and what is told of what may not."""

from pathlib import Path

import pytest

from parley.agents import load_agent
from parley.agents.pages.checks import LARGEST
from parley.errors import AgentFileError

AGENT = """\
company: Shop
extensions: ["100"]
greeting: Hello!
persona: You are Sam.
languages: {de: {greeting: Guten Tag.}}
chat:
  enabled: true
  page:
    name: The Shop
    colour: "#1D5C4F"
    logo: logo.png
    telephone: "+4930123456"
    text:
      en: Ask us.
      de: Fragen Sie uns.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "logo.png").write_bytes(bytes(100))
    (folder / "agent.yaml").write_text(AGENT)
    return folder


def test_a_page_is_read(folder: Path) -> None:
    page = load_agent(folder).file.chat.page
    assert page is not None
    assert (page.name, page.colour, page.logo) == ("The Shop", "#1D5C4F", "logo.png")
    assert page.text["de"] == "Fragen Sie uns."


def test_a_page_may_say_nothing(folder: Path) -> None:
    (folder / "agent.yaml").write_text(AGENT[: AGENT.index("    name:")].replace("page:", "page: {}"))
    page = load_agent(folder).file.chat.page
    assert page is not None
    assert page.colour == "#1f4f8f"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('"#1D5C4F"', "green", "chat.page.colour"),
        ('"#1D5C4F"', '"#1D5C4F; }"', "chat.page.colour"),
        ("logo.png", "../logo.png", "chat.page.logo"),
        ("logo.png", "logo.html", "chat.page.logo"),
        ("logo.png", "other.png", "chat.page.logo"),
        ('"+4930123456"', '"030 123456"', "chat.page.telephone"),
        ("The Shop", '""', "chat.page.name"),
        ("de: Fragen", "fr: Fragen", "chat.page.text.fr"),
        ("    name: The Shop", "    title: The Shop", "chat.page.title"),
        ("enabled: true", "enabled: false", "chat.page"),
    ],
)
def test_what_is_wrong_is_named(folder: Path, old: str, new: str, field: str) -> None:
    (folder / "agent.yaml").write_text(AGENT.replace(old, new))
    with pytest.raises(AgentFileError) as error:
        load_agent(folder)
    assert error.value.field == field
    assert error.value.line is not None


def test_a_logo_is_small(folder: Path) -> None:
    (folder / "logo.png").write_bytes(bytes(LARGEST + 1))
    with pytest.raises(AgentFileError, match="larger than 200 kB"):
        load_agent(folder)
