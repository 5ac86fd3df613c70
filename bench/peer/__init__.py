"""Parley beside a peer: the same recordings, model files and machine, in one run."""
