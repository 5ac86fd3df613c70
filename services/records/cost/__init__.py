"""What calls cost: what engines did for them, by the prices of those outside."""
