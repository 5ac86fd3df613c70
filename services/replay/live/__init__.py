"""The first run of a replay, held against what was kept of the live calls."""
