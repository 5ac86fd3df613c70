"""A caller that calls the stack every few minutes and exports what it found."""
