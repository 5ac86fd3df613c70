"""People who take a call: whether they are there, how it is given to them and comes back; what the caller
may choose meanwhile is in `keys`."""
