"""Sounds and what is measured in them: pure, but for the engines that speak and listen; no telephone."""
