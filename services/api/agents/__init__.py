"""Agents as files: what stands in them, what stood there before, what they know. Services read them by themselves."""
