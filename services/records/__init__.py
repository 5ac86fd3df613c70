"""A record of every call, kept in SQLite from the events; never asked during a call."""
