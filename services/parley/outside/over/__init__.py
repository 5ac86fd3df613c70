"""What is asked about calls that are over, through Redis: what they have in common, and what was misheard."""
