"""PromQL as the dashboards need it, with the dashboards' variables in it."""

CALLS = 'agent=~"$agent",instance=~"$instance"'
"""Selects series of the gateway that belong to an agent."""
INSTANCE = 'instance=~"$instance"'
"""Selects series that belong to no agent."""
VOICE = "parley_turn_voice_to_voice_seconds"
WINDOW = "$window"
"""What a point of a line looks back over."""
NOW = "$__rate_interval"
"""The shortest look back, for what happens all the time: packets, ticks."""
RANGE = "$__range"
"""The whole time shown, for figures without a time axis."""


def per_second(counter: str, labels: str, window: str = WINDOW, by: str = "") -> str:
    """Events per second, by the labels named in `by`."""
    return f"sum{_by(by)} (rate({counter}{{{labels}}}[{window}]))"


def total(counter: str, labels: str, window: str = RANGE, by: str = "") -> str:
    """Events within a window, by the labels named in `by`."""
    return f"sum{_by(by)} (increase({counter}{{{labels}}}[{window}]))"


def quantile(share: float, histogram: str, labels: str, window: str = WINDOW, by: str = "") -> str:
    """Below what a share (0..1) of the observations is, in the histogram's unit."""
    groups = ", ".join(filter(None, ("le", by)))
    return (
        f"histogram_quantile({share:g}, sum by ({groups}) (rate({histogram}_bucket{{{labels}}}[{window}])))"
    )


def mean(histogram: str, labels: str, window: str = WINDOW, by: str = "") -> str:
    """Mean of the observations, in the histogram's unit."""
    return ratio(
        per_second(f"{histogram}_sum", labels, window, by),
        per_second(f"{histogram}_count", labels, window, by),
    )


def ratio(part: str, whole: str) -> str:
    """One quantity by another; nothing where there was none."""
    return f"{part} / ({whole} > 0)"


def or_zero(query: str) -> str:
    """Let a sum be 0 where nothing was ever counted."""
    return f"({query} or vector(0))"


def _by(labels: str) -> str:
    return f" by ({labels})" if labels else ""
