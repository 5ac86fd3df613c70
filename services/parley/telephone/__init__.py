"""Telephone numbers: what is one, and which are the same; nothing here knows of calls."""
