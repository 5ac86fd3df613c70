"""Texts (SMS) that are sent: from Redis, where they wait, to a provider."""
