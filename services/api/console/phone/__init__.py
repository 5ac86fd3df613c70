"""Calls from the console's page: its SIP goes through here to Asterisk, and only as a call to an agent."""
