"""The worker that answers: words in, words and speech out; it keeps nothing of a call, and knows no telephone."""
