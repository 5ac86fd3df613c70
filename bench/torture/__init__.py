"""Strange and damaged SIP against an Asterisk of its own, in a network of its own."""
