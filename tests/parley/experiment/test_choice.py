"""Who gets which version."""

import hashlib

import pytest

from parley.experiment.choice import is_other, key_of, name_of

CALLERS = [f"+4930{number:06}" for number in range(4000)]


def dealt(share: int, experiment: str = "shorter", agent: str = "shop") -> set[str]:
    return {caller for caller in CALLERS if is_other(agent, experiment, share, caller)}


@pytest.mark.parametrize("share", [0, 1, 20, 50, 99, 100])
def test_as_many_get_the_other_version_as_the_share_says(share: int) -> None:
    # Three standard deviations of a binomial distribution at most; none at all at the ends.
    expected = len(CALLERS) * share / 100
    assert abs(len(dealt(share)) - expected) <= 3 * (expected * (1 - share / 100)) ** 0.5


def test_who_has_the_other_version_keeps_it_while_the_share_grows() -> None:
    assert dealt(10) < dealt(20) < dealt(80)


def test_another_experiment_and_another_agent_deal_anew() -> None:
    for others in (dealt(50, experiment="longer"), dealt(50, agent="clinic")):
        assert 0.4 < len(dealt(50) & others) / len(dealt(50)) < 0.6


def test_it_is_the_same_in_every_process_and_release() -> None:
    digest = hashlib.sha256(b"shop\0shorter\0+4930123456").digest()
    place = int.from_bytes(digest[:8]) % 10_000
    share = place // 100
    assert not is_other("shop", "shorter", share, "+4930123456")
    assert is_other("shop", "shorter", share + 1, "+4930123456")


def test_a_version_is_called_so_that_its_agent_is_known() -> None:
    assert [key_of("shop", variant) for variant in ("a", "b", "")] == ["shop", "shop~b", "shop"]
    assert [name_of(key) for key in ("shop", "shop~b")] == ["shop", "shop"]
