"""Markdown, by way of the HTML that it stands for."""

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from agent.knowledge.reading.blocks import Block
from agent.knowledge.reading.readers import web
from agent.knowledge.reading.readers.encoding import text_of


def read(data: bytes) -> list[Block]:
    """Blocks of a Markdown file; front matter is not for callers."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(deflist_plugin).use(footnote_plugin).use(front_matter_plugin).use(tasklists_plugin)
    return web.blocks_of(parser.render(text_of(data)))
