"""What the language model is asked once calls are over: no caller waits for it, and none is to wait because of it."""
