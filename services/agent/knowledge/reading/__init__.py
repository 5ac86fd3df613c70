"""From the files of a knowledge folder to passages, each file in a process of its own; never how a passage is found."""
