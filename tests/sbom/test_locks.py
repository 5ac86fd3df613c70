"""Digests in the locks."""

from pathlib import Path

from sbom.locks import digests, read

LOCK = """\
# made by a tool
Foo.Bar[extra]==1.2 ; python_version < '4' \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via parley
other==3 \\
    --hash=sha256:{a}
"""


def test_a_package_has_the_digests_of_all_its_files() -> None:
    a, b = "a" * 64, "b" * 64
    assert digests([LOCK.format(a=a, b=b)]) == {("foo-bar", "1.2"): (a, b), ("other", "3"): (a,)}


def test_every_package_of_the_project_has_one() -> None:
    found = read(Path(__file__).parents[2] / "requirements")
    assert {"msgspec", "redis", "faster-whisper"} <= {name for name, _ in found}
    assert all(found.values())
