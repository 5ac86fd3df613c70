"""What the media plane costs, and how it keeps time: packets of its own over the loopback, no Asterisk."""
