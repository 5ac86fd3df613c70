"""What gateways tell each other by Redis."""
