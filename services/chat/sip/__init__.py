"""SIP messages (RFC 3428), which Asterisk takes and sends."""
