"""Fields of a language's file about files of knowledge, which are read before it is known in which language each is."""

from parley.languages.types import Phrases, Section


class Files(Section, frozen=True, kw_only=True):
    """How documents say what a line, a column or a sheet is."""

    question: Phrases
    """What stands before a question or above a column of them: "Q"."""
    answer: Phrases
    """The same of answers."""
    price: Phrases
    """What stands above a column of prices."""
    costs: str
    """The verb that a price is said with: "costs"."""
    about: Phrases
    """What may stand before a figure that is all there is: "from", "up to"."""
    each: Phrases
    """What may stand after it: "per *"."""
    money: Phrases
    """Names of money, after a figure."""
    hour: Phrases
    """Words for the hour of the clock, after a figure; none where only signs stand there."""
    back: Phrases
    """How a sentence begins that speaks of what was said before it: "they"."""
    page: Phrases
    """What stands before the number of a page."""
    of: Phrases
    """What stands between it and how many there are."""
    sheet: Phrases
    """Names that programs give to sheets and tables of which nobody thought."""
