"""How surely and how fast the agent stops for a caller, and goes on after what was none: real calls to a
running stack."""
