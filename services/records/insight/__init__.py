"""What a call that is over tells of itself: what became of it, what went wrong, how good it was. Pure."""
