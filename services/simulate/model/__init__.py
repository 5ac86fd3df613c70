"""What a language model does for simulated callers: it plays one that has a goal, and judges what rules cannot see."""
