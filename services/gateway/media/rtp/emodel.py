"""How good a connection sounds, from what packets tell: the E-model of ITU-T G.107, narrowband. Pure.

Everything that is not measured has the recommendation's default (table 2 of G.107); an agent returns no echo, so of the
delay only its being felt remains. What a codec and lost packets take away is in appendix I of G.113. That table knows
nothing of Opus and rates G.722 on another scale; both count as G.711 with concealment here, so that a wideband call is
rated as if it were a good narrowband one.
"""

from dataclasses import dataclass
from math import log2

_NO_IMPAIRMENT = 93.2
"""R of the defaults: basic signal-to-noise ratio less the impairments that come with the speech."""


@dataclass(frozen=True, slots=True)
class CodecQuality:
    """What a codec takes away, G.113 appendix I."""

    impairment: float
    """Ie: by itself."""
    robustness: float
    """Bpl: how well it bears lost packets."""


_G711 = CodecQuality(0.0, 25.1)
CODECS = {"ulaw": _G711, "alaw": _G711, "g729": CodecQuality(11.0, 19.0), "g723": CodecQuality(15.0, 16.1)}
"""By Asterisk's names; losses are concealed."""


def rating(codec: str, loss: float, delay_s: float, burst_ratio: float = 1.0) -> float:
    """Transmission rating R, 0…100.

    `loss` is the share of packets lost, 0…1; `delay_s` the time from mouth to ear, one way; `burst_ratio` 1 for losses
    at random, more when they come together. A codec that is not in CODECS counts as G.711.
    """
    lost = equipment_impairment(CODECS.get(codec, _G711), loss, burst_ratio)
    return max(_NO_IMPAIRMENT - delay_impairment(delay_s) - lost, 0.0)


def equipment_impairment(codec: CodecQuality, loss: float, burst_ratio: float = 1.0) -> float:
    """Ie,eff of G.107, equation 7-29."""
    percent = 100 * min(max(loss, 0.0), 1.0)
    lossy = percent / (percent / burst_ratio + codec.robustness)
    return codec.impairment + (95 - codec.impairment) * lossy


def delay_impairment(delay_s: float) -> float:
    """Idd of G.107, equations 7-27 and 7-28."""
    if delay_s <= 0.1:
        return 0.0
    x = log2(delay_s / 0.1)
    return 25 * (_root6(1 + x**6) - 3 * _root6(1 + (x / 3) ** 6) + 2)


def _root6(value: float) -> float:
    return float(value ** (1 / 6))


def mean_opinion(r: float) -> float:
    """Mean opinion score of a rating, 1 (bad) … 4.5 (as good as it gets): G.107 annex B."""
    if r >= 100:
        return 4.5
    # Below 6.5 the polynomial dips under the worst score.
    return max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)
