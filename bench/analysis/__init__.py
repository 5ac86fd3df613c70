"""What the analysis of calls that are over costs the calls that go on."""
