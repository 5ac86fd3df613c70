"""An agent's files of knowledge: put, looked at, taken away."""
