"""Ways to Redis: straight, or to the one that Sentinels name."""
