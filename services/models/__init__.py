"""Fetches model files, each checked by its digest, into the volume; loads none of them."""
