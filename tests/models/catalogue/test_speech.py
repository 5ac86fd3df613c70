from models.catalogue import speech


def test_whisper_has_what_the_engine_reads() -> None:
    for model in (speech.WHISPER_BASE, speech.WHISPER_TINY_EN, speech.WHISPER_SMALL):
        names = {file.path.rpartition("/")[2] for file in model.files}
        assert names == {"model.bin", "config.json", "tokenizer.json", "vocabulary.txt"}
