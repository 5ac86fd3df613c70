"""A scripted softphone that measures what it hears, for tests, benchmarks, canary and doctor; no part of a service."""
