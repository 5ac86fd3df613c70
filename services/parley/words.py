"""What texts have in common that two recognisers wrote down."""


def letters(text: str) -> str:
    """Return the letters and figures of a text alone: who heard the same words may differ in the rest."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
