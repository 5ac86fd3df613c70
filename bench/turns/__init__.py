"""How soon and how surely the end of a turn is found, replayed from recorded speech: no stack, no clock."""
