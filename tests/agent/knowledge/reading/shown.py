"""What readers make of a file, in short."""

from agent.knowledge.reading import formats


def facts(name: str, content: str | bytes) -> list[str]:
    """Texts of a file's passages."""
    data = content.encode() if isinstance(content, str) else content
    return [p.text for p in formats.read(name, data)]


def headed(name: str, content: str) -> list[tuple[str, str]]:
    """Headings and texts."""
    return [(p.heading, p.text) for p in formats.read(name, content.encode())]


def answers(name: str, content: str | bytes) -> list[tuple[tuple[str, ...], str]]:
    """Questions and texts."""
    data = content.encode() if isinstance(content, str) else content
    return [(p.asks, p.text) for p in formats.read(name, data)]
