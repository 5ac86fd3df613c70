"""The HTTP API for a company's other systems: calls and their records. No call ever waits for it."""
