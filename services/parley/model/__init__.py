"""How agent workers share the language model."""
