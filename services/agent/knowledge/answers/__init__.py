"""Answers that are worked out or put into words: opening hours, prices, and how sure one is."""
