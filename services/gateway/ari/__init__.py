"""The way to Asterisk: its protocol, the connection, its requests by name; what a call is, nobody here knows."""
