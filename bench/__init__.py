"""Measurements, a folder or a file each; no service imports them."""
