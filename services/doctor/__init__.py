"""The checklist of a running stack: looks, calls, and says what to do; it mends nothing."""
