"""Users of the console as people who take calls: their telephones, whether they are there, and who waits for them."""
