"""What another gateway needs to go on with a call, and when it is kept: never how the call is taken over."""
