"""Words of what commands print for people."""


def count(number: int, noun: str) -> str:
    """A number and its noun, in the plural but for one: `1 call`, `2 calls`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
