"""The worker that writes down what callers say, and how finished it sounds; it answers nothing."""
