"""What callers' words tell once a call is over: what it was about, and how callers felt. No caller waits for it."""
