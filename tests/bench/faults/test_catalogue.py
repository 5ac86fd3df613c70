"""Every fault has a name, and can be chosen by name, part and kind."""

import pytest

from bench.faults.catalogue import KINDS, PARTS, chosen, everything


def names(*wanted: str) -> set[str]:
    return {fault.name for fault in chosen(wanted)}


def test_every_part_suffers_every_kind():
    assert {f"{part}_{kind}" for part in PARTS for kind in KINDS} <= set(everything())


def test_a_fault_is_chosen_by_its_name_its_part_or_its_kind():
    assert names("stt_kill", "agent_hang") == {"stt_kill", "agent_hang"}
    assert names("hang") == {f"{part}_hang" for part in PARTS}
    assert names("redis") >= {"redis_kill", "redis_full"}
    assert names() == set(everything())


def test_what_is_no_fault_is_named_with_those_that_are():
    with pytest.raises(ValueError, match=r"no fault 'moon'.*stt_kill"):
        chosen(["moon"])
