"""Forms that are more than fields."""
