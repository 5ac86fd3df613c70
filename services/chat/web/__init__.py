"""Chats of web pages: HTTP, Server-Sent Events, and the widget."""
