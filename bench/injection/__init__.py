"""What callers, files and services can talk the language model into, and what they get by it: no calls."""
