# What Asterisk says to callers is there in every language that agents speak.
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.ari import channels
from parley import languages
from parley.agents.load import load_agents

ROOT = Path(__file__).parents[3]
ASTERISK = ROOT / "asterisk"
CODES = sorted(path.name for path in (ASTERISK / "sounds").glob("[a-z][a-z]"))
LONGEST_QUEUE = 300
"""Positions, and minutes, that are told in full."""


def lines(code: str) -> dict[str, str]:
    """What is spoken, by the file that it is spoken into."""
    found: dict[str, str] = {}
    for line in (ASTERISK / "sounds" / code).read_text(encoding="utf-8").splitlines():
        name, _, words = line.partition(": ")
        if name == "numbers":
            found |= {f"digits/{number}": number for number in words.split()}
        elif line and not line.startswith("#") and name != "voice":
            found[name.split(" = ")[0]] = words
    return found


def spoken_by_configuration() -> set[str]:
    """Sounds that the dialplan, the queues and the gateway name."""
    etc = {path.name: path.read_text() for path in (ASTERISK / "etc").glob("*.conf")}
    played = re.findall(r"Playback\(([^,)]+)", etc["extensions.conf"])
    queues = re.findall(r"^queue-\w+ = (\S+)", etc["queues.conf"], re.MULTILINE)
    assert played
    assert len(queues) == 7
    return {*played, *queues, channels.SORRY, channels.ALL_BUSY} - {"beep"}


def tens(n: int) -> Iterator[str]:
    yield str(n // 10 * 10)
    if n % 10:
        yield str(n % 10)


def english(n: int) -> Iterator[str]:
    if n >= 100:
        yield from (str(n // 100), "hundred")
        n %= 100
    yield from () if n == 0 else (str(n),) if n < 20 else tens(n)


def german(n: int) -> Iterator[str]:
    if n == 100:
        yield "hundred"
        return
    if n > 100:
        yield from ("1N" if n < 200 else str(n // 100), "hundred")
        n %= 100
    if n >= 20 and n % 10:
        yield from (f"{n % 10}-and", str(n // 10 * 10))
    elif n:
        yield str(n)


def spanish(n: int) -> Iterator[str]:
    if n == 100:
        yield "100"
        return
    if n > 100:
        yield "100-and" if n < 200 else str(n // 100 * 100)
        n %= 100
    if n < 31 or n % 10 == 0:
        yield from () if n == 0 else (str(n),)
    else:
        yield from (str(n // 10 * 10), "and", str(n % 10))


def french(n: int) -> Iterator[str]:
    if n >= 100:
        yield from ("hundred",) if n < 200 else (str(n // 100), "hundred")
        n %= 100
    if n >= 80:
        yield "80"
        n -= 80
    elif n > 20:
        base = min(n // 10 * 10, 60)
        yield str(base)
        if n % 10 == 1:
            yield "et"
        n -= base
    yield from () if n == 0 else (str(n),)


def italian(n: int) -> Iterator[str]:
    if n >= 100:
        yield from ("hundred",) if n < 200 else (str(n // 100), "hundred")
        n %= 100
    whole = n < 20 or n % 10 in (1, 8)
    yield from () if n == 0 else (str(n),) if whole else tens(n)


NUMBERS = {"de": german, "en": english, "es": spanish, "fr": french, "it": italian}
"""The files that say.c of Asterisk 22 puts a number together of, up to 999."""


def needed(code: str) -> set[str]:
    digits = {f"digits/{part}" for n in range(1, LONGEST_QUEUE) for part in NUMBERS[code](n)}
    return digits | spoken_by_configuration()


@pytest.mark.parametrize("code", CODES)
def test_all_that_is_played_is_in_the_languages_list_and_nothing_else(code: str) -> None:
    assert set(lines(code)) - needed(code) <= {f"digits/{n}00" for n in range(3, 10)}
    assert needed(code) - set(lines(code)) == set()


def test_every_language_of_callers_and_of_the_samples_has_its_sounds() -> None:
    agents, errors = load_agents(ROOT / "agents")
    assert not errors
    spoken = {code for a in agents.values() for code in (a.file.language, *a.file.languages)}
    assert {*languages.codes(), *spoken} <= set(CODES) == set(NUMBERS)


def test_nothing_in_the_dialplan_speaks_that_is_not_looked_at_here() -> None:
    text = (ASTERISK / "etc" / "extensions.conf").read_text()
    applications = {name.lower() for name in re.findall(r"\b([A-Za-z]+)\(", text)}
    others = {
        "background",
        "controlplayback",
        "directory",
        "read",
        "sayalpha",
        "saydigits",
        "saynumber",
        "voicemail",
    }
    assert "playback" in applications
    assert applications & others == set()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is made with but two recordings: one of Debian's and one of our own."""
    home = tmp_path_factory.mktemp("sounds")
    recordings, sounds, source = home / "recordings", home / "made", home / "source"
    source.mkdir()
    (source / "make").write_bytes((ASTERISK / "sounds" / "make").read_bytes())
    (source / "make").chmod(0o755)
    (source / "xx").write_text(
        "# a language\nvoice: de\nnumbers: 2 30\n\ndigits/1 = digits/1M: ein\nnext: gleich\nlater: später\n"
    )
    for path in (
        recordings / "xx_XX/digits/1M.wav",
        recordings / "xx_XX/next.wav",
        recordings / "en_US/beep.wav",
        source / "own/xx/next.wav",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(str(path).encode())
    for name in ("espeak-ng", "sox"):  # the programs are in the image alone
        program = home / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text('#!/bin/sh\necho "$@" >>"$SAID"\n[ "$1" != -D ] || : >"$9"\n')
        program.chmod(0o755)
    subprocess.run(
        [source / "make", recordings, sounds],
        check=True,
        env={"PATH": f"{home}/bin:/usr/bin:/bin", "SAID": str(home / "said")},
    )
    return home


def test_a_recording_of_ones_own_comes_before_debians_and_that_before_a_voice(made: Path) -> None:
    sounds = made / "made" / "xx"
    assert (sounds / "next.wav").read_text().endswith("own/xx/next.wav")
    assert (sounds / "digits/1.wav").read_text().endswith("xx_XX/digits/1M.wav")
    said = [line for line in (made / "said").read_text().splitlines() if line.startswith("-b")]
    assert [line.rpartition(" -- ")[2] for line in said] == ["2", "30", "später"]
    assert all(line.startswith("-b 1 -v de ") for line in said)
    assert (made / "made" / "beep.wav").exists()


def test_a_line_that_is_not_understood_is_named(made: Path) -> None:
    (made / "source" / "yy").write_text("voice: de\nnext gleich\n")
    done = subprocess.run(
        [made / "source" / "make", made / "recordings", made / "other"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": f"{made}/bin:/usr/bin:/bin", "SAID": str(made / "said")},
    )
    assert done.returncode == 1
    assert done.stderr == "sounds/yy: 'next gleich' is not understood\n"
