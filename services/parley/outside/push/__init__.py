"""Browsers that are told of a call while no page of the console is open (Web Push, RFC 8030): whose, and what waits."""
