"""The audio of all calls, a row each, in ticks of 20 ms: commands in, events out; no words, no event loop, nothing
that waits."""
