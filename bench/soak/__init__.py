"""Many short calls and a long one, after which everything is to be as it was before them."""
