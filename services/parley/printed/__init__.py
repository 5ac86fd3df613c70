"""Words of what commands print for people."""


def count(number: int, noun: str) -> str:
    """A number and its noun, in the plural but for one: `1 call`, `2 calls`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def on_host(told: object) -> str:
    """What is told of a file of the agents', by its place on the host: containers have that folder at `/agents`."""
    text = str(told)
    return text.removeprefix("/") if text.startswith("/agents/") else text
