"""Recordings of calls: their files, how these are sealed and opened, and what is heard where in them."""
