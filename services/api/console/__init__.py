"""The console: pages for people, over the API alone; beside it, since it keeps nothing of its own but users."""
