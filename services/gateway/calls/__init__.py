"""Calls from their arrival to their end, and who takes part in them: what is said and when is never decided here."""
