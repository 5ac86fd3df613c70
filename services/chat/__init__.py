"""The agents by text: chats of web pages and SIP messages, by the same knowledge, menus and people as calls."""
