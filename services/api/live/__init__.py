"""Calls while they go on: what happens in them, and what is asked of them; the gateway that has a call decides."""
