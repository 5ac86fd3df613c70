"""Whether one more call is taken, and what tells so: decisions and measures, never a call itself."""
