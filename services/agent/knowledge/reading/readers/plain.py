"""Text files: a line is a fact, unless a list, a label or a question holds it together with others."""

import re
from collections.abc import Iterator

from agent.knowledge.reading.blocks import Block, Heading, Item, Paragraph, Table, clean
from agent.knowledge.reading.facts.context import is_bare_word, is_value
from agent.knowledge.reading.facts.questions import is_marked
from agent.knowledge.reading.readers.encoding import text_of

BULLET = re.compile(r"^\s*(?:[-–•*·‣▪◦]|\d{1,3}[.)])\s+")
_UNDERLINE = re.compile(r"^\s*(?:={3,}|-{3,}|_{3,}|\*{3,}|~{3,})\s*$")
_TAB = 4


def read(data: bytes) -> list[Block]:
    """Blocks of a text."""
    groups = re.split(r"\n[^\S\n]*\n", text_of(data).replace("\r\n", "\n").replace("\r", "\n"))
    return [
        block for group in groups for block in _group([line for line in group.split("\n") if line.strip()])
    ]


def _group(lines: list[str]) -> Iterator[Block]:
    """Blocks of lines between two empty ones."""
    if len(lines) == 1 and _is_title(lines[0]):
        yield Heading(1, clean(lines[0]))
        return
    if len(lines) > 1 and lines[0].count("\t") and len({line.count("\t") for line in lines}) == 1:
        yield Table(tuple(tuple(map(clean, line.split("\t"))) for line in lines))
        return
    lines = _joined(lines)
    label = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        bullet = BULLET.match(line)
        text = clean(line[bullet.end() :] if bullet else line)
        if _UNDERLINE.match(line):
            continue
        if _UNDERLINE.match(following):
            yield Heading(1, text)
        elif not bullet and (text.endswith(":") or (line is lines[0] and _is_label(lines))):
            label = True
            yield Item(text, 1)
        elif bullet or label:
            yield Item(text, _depth(line) + (2 if label else 1))
        else:
            yield Paragraph(text)


def _is_title(line: str) -> bool:
    return line.isupper() and len(line) > 3 and not line.rstrip().endswith((".", ":"))


def _is_label(lines: list[str]) -> bool:
    """Whether the first line is a word or two about all that follow, and none of their kind."""
    first, *others = map(clean, lines)
    return bool(others) and is_bare_word(first) and not any(is_bare_word(o) or is_value(o) for o in others)


def _joined(lines: list[str]) -> list[str]:
    """Lines with those put back that continue an answer."""
    joined: list[str] = []
    for line in lines:
        if joined and is_marked(joined[-1]) and not is_marked(line) and not BULLET.match(line):
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line)
    return joined


def _depth(line: str) -> int:
    indent = len(line.expandtabs(_TAB)) - len(line.expandtabs(_TAB).lstrip())
    return indent // 2
