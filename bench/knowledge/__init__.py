"""How well questions are answered from an agent's files, with and without the language model: no calls."""
