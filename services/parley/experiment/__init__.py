"""Two versions of an agent that share its calls: who gets which, and what the other one has. No files, no calls."""
