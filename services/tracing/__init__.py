"""One call as it happened: its events on a timeline, its traces, its logs."""
