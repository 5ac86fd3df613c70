"""What another gateway needs to go on with a call, which gateways live, and how they share calls."""
