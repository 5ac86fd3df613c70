"""Passages of a document's blocks: about one fact each, and each with the words without which it says nothing.

A short line, a list item or a row of a table is one passage; running text is cut into its sentences. What only says
something together with what stands above it ("It costs nothing" under "Delivery") gets that before it; the headings
come along in any case: they may hold the words that a caller uses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.knowledge.reading.blocks import Block, Heading, Item, Paragraph, Table, has_digit, is_sentence
from agent.knowledge.reading.facts import lists
from agent.knowledge.reading.facts.context import DEPENDENT, is_value, labelled, needs_label
from agent.knowledge.reading.facts.questions import Answer, paired
from agent.knowledge.reading.facts.tables import facts_of
from agent.voice.sentences import sentences_of

MAX_CHARS = 200
"""Longest item or line that stays whole: what its sentences say belongs together."""
_LABEL_HEADINGS = 2
"""How many of the headings above are said, where one must be."""
_TELLING_WORDS = 3
"""Fewest words of a heading with nothing below that says something itself."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A fact, as it can be spoken."""

    text: str
    heading: str
    """The headings above it, outermost first; empty for none."""
    source: str
    """Name of its file in the knowledge folder."""
    asks: tuple[str, ...] = ()
    """Questions to which it is the answer, as its file has them."""


def passages_of(blocks: Sequence[Block], source: str) -> list[Passage]:
    """Passages of a document, in its order, without repetitions."""
    made = _Maker(source)
    made.add(paired(blocks))
    return list(dict.fromkeys(p for p in made.passages if any(c.isalnum() for c in p.text)))


class _Maker:
    def __init__(self, source: str) -> None:
        self.passages: list[Passage] = []
        self._source = source
        self._above: list[Heading] = []

    def add(self, blocks: Sequence[Block | Answer]) -> None:
        place = 0
        while place < len(blocks):
            block = blocks[place]
            run = list(lists.run(blocks[place:])) if isinstance(block, (Item, Paragraph)) else []
            if run:
                self._facts(lists.facts_of(run, self._label()))
                place += len(run)
                continue
            self._block(block, blocks[place + 1] if place + 1 < len(blocks) else None)
            place += 1

    def _block(self, block: Block | Answer, following: Block | Answer | None) -> None:
        match block:
            case Heading():
                self._heading(block, following)
            case Answer():
                asked = [h.text for h in self._above if h.text not in block.asks]
                self._put(block.text, ", ".join(asked), block.asks)
            case Table():
                for title, fact in facts_of(block):
                    under = ", ".join(filter(None, (self._heading_text(), title)))
                    # A row with a verb says what it is about; one that is a name and a value may not.
                    bare = needs_label(fact) and (": " in fact or is_value(fact) or " " not in fact)
                    self._put(labelled(title or self._label(), fact) if bare else fact, under)
            case Paragraph() | Item():
                self._paragraph(block.text)

    def _heading(self, block: Heading, following: Block | Answer | None) -> None:
        self._above = [h for h in self._above if h.level < block.level]
        if not block.text:
            return
        empty = following is None or (isinstance(following, Heading) and following.level <= block.level)
        asks = block.text.endswith("?")
        if empty and not asks and (len(block.text.split()) >= _TELLING_WORDS or has_digit(block.text)):
            self._put(block.text, self._heading_text())
        self._above.append(block)

    def _paragraph(self, text: str) -> None:
        last = self.passages[-1] if self.passages else None
        if is_value(text) and last and _takes_value(last, self._heading_text()):
            self.passages[-1] = Passage(labelled(last.text, text), last.heading, self._source)
            return
        for piece in _cut(text):
            self._put(labelled(self._label(), piece) if needs_label(piece) else piece, self._heading_text())

    def _facts(self, facts: Iterator[str]) -> None:
        for fact in facts:
            for piece in _cut(fact):
                self._put(piece, self._heading_text())

    def _put(self, text: str, heading: str, asks: tuple[str, ...] = ()) -> None:
        self.passages.append(Passage(text, heading, self._source, asks))

    def _heading_text(self) -> str:
        return ", ".join(h.text for h in self._above)

    def _label(self) -> str:
        return ", ".join(h.text for h in self._above[-_LABEL_HEADINGS:])


def _takes_value(last: Passage, heading: str) -> bool:
    """Whether a price that stands alone belongs to what is before it."""
    return (
        last.heading == heading and not is_sentence(last.text) and not has_digit(last.text) and not last.asks
    )


def _cut(text: str) -> list[str]:
    """A long text's sentences; one that speaks of "it" stays with the one before."""
    if len(text) <= MAX_CHARS:
        return [text]
    pieces: list[str] = []
    for sentence in sentences_of(text):
        if pieces and DEPENDENT.match(sentence) and len(pieces[-1]) + len(sentence) < MAX_CHARS:
            pieces[-1] += f" {sentence}"
        else:
            pieces.append(sentence)
    return pieces
