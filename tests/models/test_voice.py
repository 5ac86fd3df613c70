from pathlib import Path

from models.voice import tokens_of


def test_tokens_are_read_back_by_the_engine(tmp_path: Path) -> None:
    from streaming_vits.phonemize import load_tokens

    path = tmp_path / "tokens.txt"
    path.write_text(tokens_of({"_": [0], "^": [1], " ": [3], "ˈ": [120], "aɪ": [7]}), encoding="utf-8")
    assert load_tokens(path) == {"_": 0, "^": 1, " ": 3, "ˈ": 120, "aɪ": 7}
