"""One conversation by text, wherever its words come from and go to."""
