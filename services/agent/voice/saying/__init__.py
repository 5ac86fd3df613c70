"""How what is written is said, word by word: figures, dates, signs, shorthand; never a sound."""
