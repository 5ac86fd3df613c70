"""From the blocks of any document to passages of one fact each; never which format it came in."""
