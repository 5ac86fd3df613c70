"""What is checked and what is said of it: judgements on what the probes found, no I/O of their own."""
