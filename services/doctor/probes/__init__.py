"""How the stack is looked at, from HTTP to a real call: facts, no judgements."""
