"""Asking a language model, and what becomes of what it writes; never the speech of it."""
