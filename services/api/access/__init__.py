"""Who may ask for what, how often, and what they did: keys, limits, the audit log. It knows no call."""
