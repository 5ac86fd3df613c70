"""What happens to live calls when a part of the stack dies, hangs, starves or is cut off, counted by the callers."""
