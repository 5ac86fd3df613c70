"""What the edge carries and holds: calls, registrations and questions through a Kamailio of its own."""
