"""Whose turn it is on a call, as functions of what is remembered and what happens; never a clock, I/O or asyncio."""
