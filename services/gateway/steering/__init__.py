"""What is asked of calls from outside, carried out in the calls of this gateway; it decides nothing by itself."""
