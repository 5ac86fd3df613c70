"""Campaigns: how they stand, who is on their lists, and starting and pausing them."""
