"""What the records' database keeps beside events: topics, corrections, what is to be copied. Blocking, as it is."""
