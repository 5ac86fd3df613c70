"""Callers by text that nobody is: they hold conversations with the agents of a running stack, and judge the answers."""
