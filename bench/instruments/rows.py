"""A line of the tables that the results are shown in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A line of the table: where its figures stand, what it says, and the goal."""

    result: str
    text: str
    goal: str
    figures: tuple[str, ...]
    """Names in the result; several are shown with a slash between."""
    unit: str
    digits: int = 2
    in_readme: bool = False
