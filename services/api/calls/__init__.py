"""Calls as the API shows them, read from the records' database and from Redis; nothing is kept here."""
