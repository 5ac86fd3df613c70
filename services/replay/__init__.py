"""Kept calls run again in counted time, with another setting, model or agent's files; nobody is called for it."""
