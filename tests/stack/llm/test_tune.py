# Needs no model: a program of llama-bench's name prints what it prints, on machines of several kinds.
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

LLM = Path(__file__).parents[3] / "llm"
BENCH = """#!/bin/bash
[[ "{fails}" != yes ]] || exit 1
while (($#)); do
    case $1 in
        --n-gen) writes=$2 ;;
        --threads) threads=$2 ;;
        --ubatch-size) steps=$2 ;;
    esac
    shift
done
rate() {{ echo "{rates}" | tr ' ' '\\n' | sed -n "s/^$1=//p"; }}
line() {{ echo "{{\\"$1\\": $2, \\"avg_ns\\": 5, \\"avg_ts\\": $(rate $3$2), \\"x\\": 0}}"; }}
if ((writes)); then
    for n in ${{threads//,/ }}; do line n_threads $n t; done
else
    for n in ${{steps//,/ }}; do line n_ubatch $n b; done
fi
"""
SLOW = "t1=7.4 t2=9.5 b16=65 b32=80 b64=92 b128=100"
FAST = "t1=40 t2=41 b16=900 b32=1500 b64=2500 b128=4000"


def path_with(folder: Path, rates: str, fails: str = "no") -> str:
    """A PATH on which this machine has two idle cores, and runs the model so fast."""
    programs = {"llama-bench": BENCH.format(rates=rates, fails=fails), "nproc": "#!/bin/bash\necho 2\n"}
    for name, text in programs.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def start(tmp_path: Path, path: str, command: str = "command", **settings: str) -> str:
    """What the entrypoint says and would run."""
    models = tmp_path / "models"
    (models / "llm").mkdir(parents=True, exist_ok=True)
    (models / "llm" / "some.gguf").write_bytes(b"GGUF\x03\x00\x00\x00")
    values = {"MODELS_DIR": str(models), "STATE_DIR": str(tmp_path), "LLM_MODEL_FILE": "some.gguf"}
    result = subprocess.run(
        [str(LLM / "entrypoint"), command],
        env={"PATH": path, **values, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return result.stdout + result.stderr


def running() -> Iterator[bytes]:
    """The command lines of all processes."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it may end meanwhile
            yield path.read_bytes()


def keep(tmp_path: Path, model: str = "some.gguf", cores: int = 2) -> None:
    (tmp_path / "tuned").write_text(f"{model} 8 {cores} beside-work\n1 64 reads 90 and writes 9.0 tokens/s\n")


def test_what_was_measured_is_taken(tmp_path: Path) -> None:
    keep(tmp_path)
    said = start(tmp_path, path_with(tmp_path, SLOW))
    assert "--threads 1 --threads-batch 2 " in said
    assert "--batch-size 64 --ubatch-size 64" in said


def test_a_setting_goes_before_what_was_measured(tmp_path: Path) -> None:
    keep(tmp_path)
    said = start(tmp_path, path_with(tmp_path, SLOW), LLM_THREADS="2")
    assert "--threads 2 --threads-batch 2 " in said
    assert "--batch-size 64" in said


@pytest.mark.parametrize(("model", "cores"), [("other.gguf", 2), ("some.gguf", 4)])
def test_what_was_measured_of_something_else_is_not_taken(tmp_path: Path, model: str, cores: int) -> None:
    keep(tmp_path, model, cores)
    said = start(tmp_path, path_with(tmp_path, SLOW))
    assert "--threads 2 " in said
    assert "--batch-size 16" in said


@pytest.mark.parametrize("fails", ["yes", "no"])
def test_what_was_busy_beside_the_measurement_ends_with_it(tmp_path: Path, fails: str) -> None:
    (tmp_path / "tune").write_text((LLM / "tune").read_text().replace("idle || exit 0", "true"))
    subprocess.run(
        ["/bin/bash", str(tmp_path / "tune"), "some.gguf"],
        env={"PATH": path_with(tmp_path, SLOW, fails=fails)},
        capture_output=True,
        timeout=60,
        check=True,
    )
    script = str(tmp_path / "tune").encode()
    assert not any(script in line for line in running())


def test_a_measurement_that_fails_leaves_the_defaults(tmp_path: Path) -> None:
    said = start(tmp_path, path_with(tmp_path, SLOW, fails="yes"), "tune")
    assert "2 threads, batches of 16" in said
    assert not (tmp_path / "tuned").exists()


@pytest.mark.parametrize(
    ("rates", "found"),
    [
        (SLOW, "2 32 reads 80 and writes 9.5 tokens/s beside other work"),
        (FAST, "1 1024 reads 4000 and writes 40.0 tokens/s beside other work"),
        ("t1=1 t2=2 b16=10 b32=11 b64=12 b128=13", "2 16 reads 10 and writes 2.0 tokens/s beside other work"),
    ],
)
def test_the_largest_step_within_half_a_second_and_the_fewest_threads(
    tmp_path: Path, rates: str, found: str
) -> None:
    script = (LLM / "tune").read_text().replace("idle || exit 0", "true")
    assert "idle ||" not in script, "how busy this machine is is not what is tested"
    (tmp_path / "tune").write_text(script)
    result = subprocess.run(
        ["/bin/bash", str(tmp_path / "tune"), "some.gguf"],
        env={"PATH": path_with(tmp_path, rates)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert result.stdout.strip() == found


def test_what_is_kept_is_not_measured_again_unless_asked_for(tmp_path: Path) -> None:
    keep(tmp_path)
    fails = path_with(tmp_path, SLOW, fails="yes")
    assert "1 threads, batches of 64; reads 90" in start(tmp_path, fails, "tune-once")
    assert "measuring" in start(tmp_path, fails, "tune")


def test_what_is_set_is_not_measured(tmp_path: Path) -> None:
    said = start(tmp_path, path_with(tmp_path, SLOW), "tune-once", LLM_THREADS="1", LLM_BATCH="32")
    assert "measuring" not in said
