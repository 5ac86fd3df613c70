"""Tells browsers of calls while no page is open: encrypted for each of them, and signed with our own key."""
