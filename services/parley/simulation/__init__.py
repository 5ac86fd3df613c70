"""Simulated callers: what stands in an agent's test files, and how the stack tells their conversations from others."""
