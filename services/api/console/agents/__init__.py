"""Agents, and what callers asked that they did not know."""
