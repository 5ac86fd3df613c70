"""Times of day that are told: one, or two between which somebody has to say which one is meant. Pure."""
