"""DOCX, by way of HTML.

mammoth (BSD-2-Clause) gives headings, nested lists, merged cells and footnotes as HTML has them; python-docx gives
paragraphs by style, would leave all of that to be done here, and brings lxml.
"""

import io

import mammoth

from agent.knowledge.reading.blocks import Block
from agent.knowledge.reading.readers import web

_STYLES = "\n".join(
    ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"]
    # Lists that are made by style alone; mammoth itself knows those that are made by numbering.
    + [
        f"p[style-name='List {kind}{depth}'] => {'ul > li > ' * nested}ul > li:fresh"
        for kind in ("Bullet", "Number")
        for nested, depth in enumerate(("", " 2", " 3"))
    ]
)


def read(data: bytes) -> list[Block]:
    """Blocks of a Word document, without its pictures."""
    pictures = mammoth.images.img_element(lambda _: {"src": ""})
    return web.blocks_of(
        mammoth.convert_to_html(io.BytesIO(data), style_map=_STYLES, convert_image=pictures).value
    )
