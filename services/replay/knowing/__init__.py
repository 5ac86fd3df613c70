"""From when on a fact is taken for the answer, tried on questions of which it is known what the answer is."""
