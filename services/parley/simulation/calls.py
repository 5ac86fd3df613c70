"""Which conversations are simulated: what happens in them is told on a stream of its own, which no record is made of.

events:simulated    stream  as `events`, of simulated conversations alone
"""

PREFIX = "sim-"
"""Begins the ids of simulated conversations; no call of Asterisk's and no chat begins so."""
SIMULATED_EVENTS = "events:simulated"


def is_simulated(call: str) -> bool:
    """Whether a conversation is a simulated one."""
    return call.startswith(PREFIX)


def events_of(call: str, others: str) -> str:
    """The stream on which it is told what happens in a call; `others`: that of calls that are none of these."""
    return SIMULATED_EVENTS if is_simulated(call) else others
