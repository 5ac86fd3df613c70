"""What callers' words tell once a call is over: what it was about, how callers felt, and what calls have in
common. No caller waits for it.
"""
