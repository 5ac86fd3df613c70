"""Texts (SMS): taken from a provider by HTTP, answered through the service `webhooks`."""
