"""Reading an agent's knowledge folder: Markdown, text, HTML and PDF, cut into passages of about one fact each.

A short list item or line of a text is one passage; running text is cut into its sentences. The heading above a passage
comes along: it may hold the words that a caller uses.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from agent.voice.sentences import sentences_of
from parley.errors import AgentFileError

MAX_CHARS = 200
"""Longest list item or line that stays whole: what its sentences say belongs together."""
_BLOCKS = ("p", "li", "td", "th", "dt", "dd", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NOT_SPOKEN = ("script", "style", "head", "nav", "template", "noscript")
_LINE_END = re.compile(r"[.!?:;…][\"')\]”’]*$")
_SHORT = 0.6
"""A line of a PDF is a heading when it is shorter than this part of the longest one and no sentence."""
_BULLET = re.compile(r"^\s*(?:[-–•*]|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A fact, as it can be spoken."""

    text: str
    heading: str
    """The headings above it, outermost first; empty for none."""
    source: str
    """Name of its file in the knowledge folder."""


def files_of(folder: Path) -> list[Path]:
    """Files of a knowledge folder that are read, by name; folders in it belong to other languages."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))


def passages_of(path: Path) -> list[Passage]:
    """Read a file; raise AgentFileError when it cannot be read or is of no known kind."""
    read = _READERS.get(path.suffix.lower())
    if read is None:
        kinds = ", ".join(_READERS)
        raise AgentFileError(path, f"not a kind of file that is read; those are {kinds}")
    try:
        pieces = [
            Passage(" ".join(text.split()), heading, path.name)
            for heading, block in read(path)
            for text in _cut(block)
        ]
    except UnicodeDecodeError as error:
        raise AgentFileError(path, f"not UTF-8: {error.reason}") from error
    except OSError as error:
        raise AgentFileError(path, f"cannot be read: {error.strerror or error}") from error
    except PyPdfError as error:
        raise AgentFileError(path, f"not a PDF that can be read: {error}") from error
    if not pieces:
        raise AgentFileError(path, "has no text")
    return pieces


def _cut(block: str) -> Iterator[str]:
    pieces = [block] if len(block) <= MAX_CHARS else sentences_of(block)
    yield from (piece for piece in pieces if any(c.isalpha() for c in piece))


def _markdown(path: Path) -> Iterator[tuple[str, str]]:
    return _blocks(MarkdownIt("commonmark").enable("table").render(path.read_text(encoding="utf-8")))


def _html(path: Path) -> Iterator[tuple[str, str]]:
    return _blocks(path.read_text(encoding="utf-8"))


def _text(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield "", _BULLET.sub("", line).strip()


def _pdf(path: Path) -> Iterator[tuple[str, str]]:
    """Sentences are put together again from the lines in which a page breaks them."""
    heading = ""
    for page in PdfReader(path).pages:
        lines = [_BULLET.sub("", line).strip() for line in page.extract_text().splitlines()]
        width = max(map(len, lines), default=0)
        sentence: list[str] = []
        for line in filter(None, lines):
            if not sentence and len(line) < _SHORT * width and not _LINE_END.search(line):
                heading = line
                continue
            sentence.append(line)
            if _LINE_END.search(line):
                yield heading, " ".join(sentence)
                sentence = []
        if sentence:
            yield heading, " ".join(sentence)


def _blocks(html: str) -> Iterator[tuple[str, str]]:
    """Headings above and text of every innermost block."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(_NOT_SPOKEN):
        tag.decompose()
    for tag in soup.find_all("br"):
        tag.replace_with(" ")
    above: dict[str, str] = {}
    for block in soup.find_all(_BLOCKS):
        text = _own_text(block)
        if block.name in _HEADINGS:
            above = {name: words for name, words in above.items() if name < block.name} | {block.name: text}
        elif text:
            yield ", ".join(above.values()), text


def _own_text(block: Tag) -> str:
    """Text of a block without that of blocks inside it."""
    return "".join(
        str(piece) for piece in block.find_all(string=True) if piece.find_parent(_BLOCKS) is block
    ).strip()


_READERS: dict[str, Callable[[Path], Iterator[tuple[str, str]]]] = {
    ".md": _markdown,
    ".txt": _text,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
}
