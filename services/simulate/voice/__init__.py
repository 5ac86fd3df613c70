"""Simulated conversations by voice: real calls to the running stack, by the test caller's own softphones."""
