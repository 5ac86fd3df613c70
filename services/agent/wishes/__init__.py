"""What a caller's words ask for beside an answer, told by their shape: pure, without a language model."""
