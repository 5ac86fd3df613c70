"""What engines did for calls, as who pays for it wants to know."""
