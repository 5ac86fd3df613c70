"""Logging in by OpenID Connect: a provider of the company's says who somebody is, and by their groups what they may."""
