"""The E-model against the figures that the recommendations publish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.media.rtp.emodel import CODECS, delay_impairment, equipment_impairment, mean_opinion, rating

SHARES = st.floats(0, 1)
DELAYS = st.floats(0, 10)


@pytest.mark.parametrize(("r", "mos"), [(90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58)])
def test_the_score_of_a_rating_is_that_of_g107_annex_b(r: float, mos: float) -> None:
    assert mean_opinion(r) == pytest.approx(mos, abs=0.01)


def test_a_faultless_g711_call_has_the_default_rating() -> None:
    assert rating("ulaw", 0.0, 0.0) == pytest.approx(93.2)
    assert mean_opinion(rating("ulaw", 0.0, 0.0)) == pytest.approx(4.41, abs=0.005)


@pytest.mark.parametrize(
    ("codec", "percent", "impairment", "tolerance"),
    [
        ("g729", 0, 11, 0),
        ("g729", 1, 15, 0.5),
        ("g729", 2, 19, 0.5),
        ("g729", 4, 26, 0.5),
        ("g729", 8, 36, 0.9),
        ("g723", 0, 15, 0),
        ("g723", 2, 24, 0.5),
        ("g723", 8, 41, 0.9),
        ("ulaw", 2, 7, 0.5),
        ("ulaw", 3, 10, 0.5),
        ("ulaw", 5, 15, 0.9),
        ("ulaw", 10, 25, 2.1),
    ],
)
def test_losses_take_away_what_g113_appendix_i_lists(
    codec: str, percent: float, impairment: float, tolerance: float
) -> None:
    assert equipment_impairment(CODECS[codec], percent / 100) == pytest.approx(impairment, abs=tolerance)


@pytest.mark.parametrize(
    ("delay_s", "least", "most"), [(0.1, 0, 0), (0.15, 0, 1), (0.2, 2, 4), (0.4, 23, 27)]
)
def test_a_delay_is_felt_beyond_a_tenth_of_a_second(delay_s: float, least: float, most: float) -> None:
    assert least <= delay_impairment(delay_s) <= most


def test_losses_that_come_together_are_worse() -> None:
    assert rating("ulaw", 0.05, 0.0, burst_ratio=2.0) < rating("ulaw", 0.05, 0.0)


def test_an_unknown_codec_counts_as_g711() -> None:
    assert rating("opus", 0.03, 0.1) == rating("alaw", 0.03, 0.1)


@given(SHARES, SHARES, DELAYS, DELAYS)
def test_more_loss_and_more_delay_are_never_better(a: float, b: float, c: float, d: float) -> None:
    better = mean_opinion(rating("g729", min(a, b), min(c, d)))
    worse = mean_opinion(rating("g729", max(a, b), max(c, d)))
    assert 1.0 <= worse <= better <= 4.5
