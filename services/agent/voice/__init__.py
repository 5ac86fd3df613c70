"""From words to speech: sentences, how they are spoken, the voices; never what is said."""
