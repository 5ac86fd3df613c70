"""Who has answered a call that was made: found out from sound and words, and acted on before the greeting; what is said
after it is the conversation's."""
