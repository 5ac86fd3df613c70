"""Questions with their answers: "Q:" and "A:", a heading or a term that asks, a line that does, a table of both."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.knowledge.reading.blocks import Block, Heading, Item, Paragraph, Table, is_sentence
from agent.knowledge.reading.facts.context import DEPENDENT
from agent.knowledge.reading.facts.tables import head_of
from agent.knowledge.reading.words import of_any

_NUMBER = r"(?:\d{1,3}\s*[.)]\s*)?"
_Q, _A = of_any("question").pattern, of_any("answer").pattern
_ASK = re.compile(rf"^{_NUMBER}{_Q}\s?\d{{0,3}}\s*[:.)–-]\s*(?=\S)", re.IGNORECASE)
_ANSWER = re.compile(rf"^{_NUMBER}{_A}\s?\d{{0,3}}\s*[:.)–-]\s*(?=\S)", re.IGNORECASE)
_ANSWER_WITHIN = re.compile(rf"\s{_A}\s?\d{{0,3}}\s*:\s*(?=\S)", re.IGNORECASE)
_LEADING = re.compile(rf"^{_NUMBER}[¿]?[^.!?]{{3,200}}\?(?:[\"'”»]?\s|$)")
_ASKED_END = re.compile(r"\?[\"'”»)]*$")
_LONGEST_QUESTION = 250
_LONGEST_ANSWER = 400
"""In characters; what an answer has beyond this stands for itself, under its question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An exact answer, and the ways to ask for it."""

    asks: tuple[str, ...]
    text: str


def is_marked(text: str) -> bool:
    """Whether a line says of itself that it is a question or an answer."""
    text = text.strip()
    return bool(_ANSWER.match(text)) or bool(_ASK.match(text) and "?" in text)


def paired(blocks: Sequence[Block]) -> list[Block | Answer]:
    """The blocks with questions and answers put together; a question that nobody answers is left out.

    A heading that asks stays: what is too long for an answer belongs under it.
    """
    found: list[Block | Answer] = []
    place = 0
    while place < len(blocks):
        block = blocks[place]
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        asks, said = _split(block, following)
        if not asks:
            found += _of_table(block) if isinstance(block, Table) else [block]
            place += 1
            continue
        place += 1
        if isinstance(block, Heading):
            found.append(block)
        elif not said:
            place, asks = _further_asks(blocks, place, asks)
        if not said:
            place, said = _answer(blocks, place, block)
        if said:
            found.append(Answer(asks, said))
    return found


def _split(block: Block, following: Block | None) -> tuple[tuple[str, ...], str]:
    """Questions that a block asks, and what it answers itself; no questions for other blocks."""
    if isinstance(block, Table):
        return (), ""
    marked = _ASK.match(block.text)
    text = block.text[marked.end() :] if marked else block.text
    within = _ANSWER_WITHIN.search(text)
    if within and (marked or _ASKED_END.search(text[: within.start()])):
        return _variants(text[: within.start()]), text[within.end() :]
    if marked and isinstance(following, (Paragraph, Item, Heading)) and _ANSWER.match(following.text):
        return _variants(text), ""
    return _asked_first(text)


def _asked_first(text: str) -> tuple[tuple[str, ...], str]:
    """Questions that a text begins with, and the rest."""
    rest = text
    while asked := _LEADING.match(rest):
        rest = rest[asked.end() :].lstrip(" /|:–—-")
    asks = text[: len(text) - len(rest)].strip()
    return (_variants(asks), rest) if asks and len(asks) <= _LONGEST_QUESTION else ((), "")


def _variants(text: str) -> tuple[str, ...]:
    pieces = (piece.strip(" /|:–—-") for piece in re.split(r"(?<=\?)\s*(?=[\s/|])", text))
    plain = (re.sub(rf"^{_NUMBER}", "", piece) for piece in pieces)
    return tuple(dict.fromkeys(filter(None, plain)))


def _further_asks(blocks: Sequence[Block], place: int, asks: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    """Other ways to ask that stand below a question, each marked as one."""
    while place + 1 < len(blocks):
        block = blocks[place]
        more, said = _split(block, blocks[place + 1])
        if not more or said or isinstance(block, (Heading, Table)) or not _ASK.match(block.text):
            break
        asks += more
        place += 1
    return place, asks


def _answer(blocks: Sequence[Block], place: int, question: Block) -> tuple[int, str]:
    """What answers a question, and where it ends."""
    pieces: list[str] = []
    deeper = question.depth if isinstance(question, Item) else None
    while place < len(blocks):
        block = blocks[place]
        if isinstance(block, (Heading, Table)) or _split(block, None)[0]:
            break
        if pieces and not _goes_on(pieces, block, blocks[place - 1], deeper):
            break
        text = _ANSWER.sub("", block.text, count=1)
        if pieces and sum(map(len, pieces)) + len(text) > _LONGEST_ANSWER:
            break
        pieces.append(text)
        place += 1
    return place, _joined(pieces)


def _goes_on(pieces: Sequence[str], block: Paragraph | Item, before: Block, deeper: int | None) -> bool:
    """Whether a block still belongs to an answer: it is in the question's item, in a list, or speaks of "it"."""
    if isinstance(block, Item):
        return (
            block.depth > deeper
            if deeper is not None
            else pieces[0].endswith(":") or isinstance(before, Item)
        )
    return bool(DEPENDENT.match(block.text))


def _joined(pieces: Sequence[str]) -> str:
    """Sentences after each other, items with commas between."""
    text = ""
    for piece in pieces:
        apart = "" if not text else " " if is_sentence(text) or text.endswith((":", ",", ";")) else ", "
        text += apart + piece
    return text


def _of_table(table: Table) -> list[Block | Answer]:
    """Answers of a table whose columns are questions and answers; else the table itself."""
    headings, body = head_of(table)
    ask = next((n for n, h in enumerate(headings) if of_any("question").are(h)), None)
    answer = next((n for n, h in enumerate(headings) if of_any("answer").are(h)), None)
    rows = body
    if (ask is None or answer is None) and table.rows and len(table.rows[0]) == 2:
        top = [row for row in table.rows if all(row)]
        if of_any("question").are(table.rows[0][0]) and of_any("answer").are(table.rows[0][1]):
            ask, answer, rows = 0, 1, top[1:]
        elif len(top) > 1 and all(_ASKED_END.search(row[0]) for row in top[1:]):
            ask, answer, rows = 0, 1, top[0 if _ASKED_END.search(top[0][0]) else 1 :]
    if ask is None or answer is None:
        return [table]
    return [Answer(_variants(row[ask]), row[answer]) for row in rows if row[ask] and row[answer]]
