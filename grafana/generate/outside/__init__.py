"""What is about the outside: calls that come from there, what is written, and other systems."""
