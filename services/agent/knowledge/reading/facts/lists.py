"""Facts of lists: what stands above an item gives it its meaning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agent.knowledge.reading.blocks import Item, Paragraph, is_sentence
from agent.knowledge.reading.facts.context import is_bare_word, labelled, needs_label

_LONGEST_ROW = 200
"""Most characters of a list of words that is one fact."""


@dataclass(slots=True)
class _Node:
    text: str
    below: list["_Node"] = field(default_factory=list)


def run(blocks: Sequence[object]) -> Iterator[Item | Paragraph]:
    """The list that blocks begin with, with the paragraph that announces it; nothing where none begins."""
    first = blocks[0]
    rest = blocks
    if isinstance(first, Paragraph):
        if not (first.text.endswith(":") and len(blocks) > 1 and isinstance(blocks[1], Item)):
            return
        yield first
        rest = blocks[1:]
    for block in rest:
        if not isinstance(block, Item):
            return
        yield block


def facts_of(items: Sequence[Item | Paragraph], heading: str) -> Iterator[str]:
    """Facts of a list under a heading, each with the words that it needs."""
    root = _Node("")
    branch = [(-1, root)]
    for item in items:
        depth = item.depth if isinstance(item, Item) else 0
        while branch[-1][0] >= depth:
            branch.pop()
        node = _Node(item.text)
        branch[-1][1].below.append(node)
        branch.append((depth, node))
    yield from _below(root, heading, always=False)


def _below(node: _Node, label: str, *, always: bool) -> Iterator[str]:
    """Facts below a node; `always`: the label is a part of each."""
    if label and len(node.below) > 1 and all(not n.below and is_bare_word(n.text) for n in node.below):
        together = labelled(label, ", ".join(n.text.rstrip(",;") for n in node.below))
        if len(together) <= _LONGEST_ROW:
            yield together
            return
    for child in node.below:
        said = labelled(label, child.text) if always or needs_label(child.text) else child.text
        if not child.below:
            yield said
        elif is_sentence(child.text):
            yield said
            yield from _below(child, child.text, always=False)
        else:
            # It is a label itself: what it stands under need not be said as well.
            yield from _below(child, f"{label}, {child.text}" if always else child.text, always=True)
