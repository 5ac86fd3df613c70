"""What an agent knows: its files read, searched, and held against an answer; no language model is asked here."""
