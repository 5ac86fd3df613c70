"""Every fault has a name, and can be chosen by name, part and kind."""

from pathlib import Path

import pytest
import yaml

from bench.faults.catalogue import KINDS, PARTS, STEPS, chosen, everything
from bench.faults.clock import CLOCKED, is_set

ROOT = Path(__file__).parents[3]


def names(*wanted: str) -> set[str]:
    return {fault.name for fault in chosen(wanted)}


def test_every_part_suffers_every_kind():
    assert {f"{part}_{kind}" for part in PARTS for kind in KINDS} <= set(everything())


def test_a_fault_is_chosen_by_its_name_its_part_or_its_kind():
    assert names("stt_kill", "agent_hang") == {"stt_kill", "agent_hang"}
    assert names("hang") == {f"{part}_hang" for part in PARTS}
    assert names("redis") >= {"redis_kill", "redis_full"}
    assert names() == set(everything())


def test_the_faults_of_the_clock_are_chosen_together():
    assert names("clock") == set(STEPS)
    assert all(STEPS.values())


def test_who_has_a_clock_that_can_be_set_is_said_the_same_everywhere():
    overlay = yaml.safe_load((ROOT / "compose.clock.yml").read_text())
    assert {name for name, it in overlay["services"].items() if "environment" in it} == set(CLOCKED)
    assert set(overlay["services"]) == {*CLOCKED, "redis"}
    script = (ROOT / "scripts/lib/faults.sh").read_text()
    assert f"CLOCKED=({' '.join(CLOCKED)} redis)" in script


@pytest.mark.parametrize(
    ("told", "is_so"),
    [
        ("4600\n", True),
        ("4603", True),
        ("1000\n", False),
        ("ERROR: ld.so: object cannot be preloaded", False),
    ],
)
def test_a_clock_that_was_not_set_is_seen(told: str, is_so: bool):
    assert is_set(told, 3600, 1000.0) is is_so


def test_what_is_no_fault_is_named_with_those_that_are():
    with pytest.raises(ValueError, match=r"no fault 'moon'.*stt_kill"):
        chosen(["moon"])
