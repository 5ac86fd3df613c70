"""What is done to a page before it is read: menus and scripts go, notes and addresses are put where they belong."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from agent.knowledge.reading.blocks import BREAK

INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "button",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "br",
    ]
)
_NOT_READ = [
    "script",
    "style",
    "head",
    "nav",
    "template",
    "noscript",
    "select",
    "input",
    "textarea",
    "svg",
    "iframe",
    "object",
    "dialog",
    "canvas",
    "audio",
    "video",
    "math",
]
_ROLES = ("navigation", "search", "menu", "menubar", "dialog", "alertdialog")
_BANNER = re.compile(r"cookie|consent|gdpr|skip-?link|breadcrumb", re.IGNORECASE)
_PAGE = ("html", "body", "main", "article")
_ADDRESS = re.compile(r"^(?:mailto|tel):([^?]+)", re.IGNORECASE)
_NOTE_MARK = re.compile(r"^[\[(]?(?:\d{1,3}|[*†‡§]{1,3}|[a-z])[\])]?$")
_BACK = re.compile(r"[↑↩⤴^]\ufe0e?")
_ALT_WORDS = 3
"""Fewest words of a picture's text that say something: others are names, such as "logo"."""
_NUMBER_END = 6
"""Digits that tell whether two ways to write a telephone number are the same one."""
_POWERS = {"2": "²", "3": "³"}


def cleaned(soup: BeautifulSoup) -> BeautifulSoup:
    """The page without what is not read; changes it."""
    for tag in soup.find_all(_is_not_read):
        if not tag.decomposed:
            tag.decompose()
    for button in soup.find_all("button"):
        # An accordion's headings and questions are buttons.
        if not button.find_parent(_is_term) and "?" not in button.get_text():
            button.decompose()
    for image in soup.find_all("img"):
        alt = str(image.get("alt") or "")
        image.replace_with(f" {alt} " if len(alt.split()) >= _ALT_WORDS else " ")
    _put_notes(soup)
    for link in soup.find_all("a", href=_ADDRESS):
        _name_address(link)
    return soup


def line_of(element: PageElement) -> str:
    """Text of what stands in a line."""
    if not isinstance(element, Tag):
        return str(element) if type(element) is NavigableString else ""
    if element.name == "br":
        return BREAK
    inside = "".join(map(in_line, element.children))
    return inside if element.name in INLINE else f" {inside} "


def in_line(element: PageElement) -> str:
    """The same, apart from the element before it: only a style sheet may part the two."""
    text = line_of(element)
    boxes = (
        isinstance(element, Tag)
        and isinstance(element.previous_sibling, Tag)
        and element.name not in ("sup", "sub")
    )
    return f" {text}" if boxes and len(text) > 1 else text


def _is_term(tag: Tag) -> bool:
    return tag.name in ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary")


def _is_not_read(tag: Tag) -> bool:
    menu = tag.name == "ul" and tag.find_parent("header") is not None
    if menu or tag.name in _NOT_READ or tag.get("role") in _ROLES:
        return True
    names = " ".join(
        (
            str(tag.get("id") or ""),
            *(tag.get_attribute_list("class") and map(str, tag.get_attribute_list("class"))),
        )
    )
    return tag.name not in _PAGE and bool(_BANNER.search(names))


def _put_notes(soup: BeautifulSoup) -> None:
    """Footnotes go where they belong; their marks are not spoken."""
    notes: dict[str, Tag] = {}
    for mark in soup.find_all("sup"):
        link = mark.find("a", href=re.compile("^#.")) or mark.find_parent("a", href=re.compile("^#."))
        text = mark.get_text().strip()
        if isinstance(link, Tag):
            target = soup.find(id=str(link["href"])[1:])
            if isinstance(target, Tag) and mark not in target.descendants:
                notes[str(link["href"])] = target
                _append(mark, _BACK.sub("", target.get_text(" ", strip=True)))
            link.decompose()
        elif text in _POWERS and re.search(r"(?:^|\W)[cdkm]?m$", str(mark.previous_sibling or "")):
            mark.replace_with(_POWERS[text])
            continue
        elif _NOTE_MARK.match(text):
            mark.replace_with("")
            continue
        if not mark.decomposed and not mark.get_text(strip=True):
            mark.decompose()
    for note in notes.values():
        if not note.decomposed:
            note.decompose()


def _append(mark: Tag, note: str) -> None:
    """Put a note behind the text that its mark is in."""
    block = mark.find_parent(lambda tag: tag.name not in INLINE)
    if isinstance(block, Tag) and note:
        text = block.get_text().rstrip()
        block.append(f" {note}" if text.endswith((".", "!", "?")) else f" ({note})")


def _name_address(link: Tag) -> None:
    """An address behind a link's words is what callers ask for."""
    match = _ADDRESS.match(str(link["href"]))
    address = match[1] if match else ""
    words = "".join(link.get_text().split())
    digits = re.sub(r"\D", "", address)[-_NUMBER_END:]
    if address and address not in words and not (digits and digits in re.sub(r"\D", "", words)):
        link.append(f" ({address})")
