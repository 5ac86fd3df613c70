"""Functions that a language model may call, checked by code before anything is done; the model itself is
not known here."""
