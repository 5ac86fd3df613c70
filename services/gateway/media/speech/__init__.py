"""Whether and how a caller speaks, from samples: detectors, levels, echo; never a packet, and no decision
about a turn."""
