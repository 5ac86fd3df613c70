"""Campaigns as clients see them, and what is asked of them; the records service has people called."""
