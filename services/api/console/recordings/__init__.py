"""How a recorded call is shown: its waveform, with its words in step."""
