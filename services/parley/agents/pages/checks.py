"""What the types of a page cannot say: languages and files that must be there."""

from collections.abc import Collection, Iterator
from pathlib import Path

from parley.agents.pages.page import Page

LARGEST = 200_000
"""Bytes of a logo: who looks at the page waits for it."""
_PAGE = ("chat", "page")


def problems(
    page: Page | None, languages: Collection[str], folder: Path, *, chats: bool
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Everything that is wrong with the page of an agent in these languages, whose file stands in a folder; `chats`:
    whether pages can chat with it.
    """
    if page is None:
        return
    if not chats:
        yield _PAGE, "needs `enabled: true` beside it: customers chat on it"
    for code in page.text.keys() - set(languages):
        yield (*_PAGE, "text", code), f"the agent does not speak {code}"
    if page.logo is not None:
        logo = folder / page.logo
        if not logo.is_file():
            yield (*_PAGE, "logo"), f"there is no file {page.logo} beside agent.yaml"
        elif logo.stat().st_size > LARGEST:
            yield (*_PAGE, "logo"), f"{page.logo} is larger than {LARGEST // 1000} kB"
