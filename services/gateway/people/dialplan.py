"""What call control tells Asterisk's dialplan (contexts `transfer` and `voicemail`), and hears of it. Pure."""

from gateway.ari.channels import RECORDINGS
from gateway.people.reach import Person
from parley.agents import Agent

TRANSFER, VOICEMAIL = "transfer", "voicemail"
"""Contexts of the dialplan into which a caller is sent."""

KEPT_IN = f"{RECORDINGS}/voicemail"
"""Folder of the messages, in Asterisk's container."""

_OUTCOMES: dict[str, str] = {
    "KEY": "taken_back",
    "CALLBACK": "callback",
    "DECLINED": "declined",
    "BUSY": "busy",
    "FULL": "busy",
    "NOANSWER": "no_answer",
    "TIMEOUT": "no_answer",
    "CHANUNAVAIL": "unavailable",
    "JOINEMPTY": "unavailable",
    "LEAVEEMPTY": "unavailable",
    "JOINUNAVAIL": "unavailable",
    "LEAVEUNAVAIL": "unavailable",
}
"""DIALSTATUS and QUEUESTATUS of Asterisk's, as outcomes; any other is `failed`."""


def outcome(status: str, *, declined: bool) -> str:
    """What came of a transfer that brought the caller back; `declined`: a person has heard of the call and refused.

    Asterisk takes a person who declines for one who cannot be reached. A caller who has pressed a key comes back by
    their own wish, whatever the person decided: to the agent, or to be called back.
    """
    if declined and status not in ("KEY", "CALLBACK"):
        return "declined"
    return _OUTCOMES.get(status, "failed")


def destination(call: str, extension: str, agent: Agent, person: Person | None) -> tuple[str, dict[str, str]]:
    """The context that a caller is sent to, a person's or (None) the voicemail's, and the variables that it needs."""
    if person is None:
        return VOICEMAIL, voicemail_variables(call, extension, agent)
    return TRANSFER, transfer_variables(call, extension, person)


def transfer_variables(call: str, extension: str, person: Person) -> dict[str, str]:
    """What the context `transfer` needs. A name that begins with __ goes on to the channels that are dialled.

    These are the call, with which a person's leg tells us whom it is for, and how long to ring: people are rung by a
    Local channel.
    """
    return _common(call, extension) | {
        "PARLEY_KIND": person.kind,
        "PARLEY_TARGET": person.number,
        "__PARLEY_RING_S": f"{person.target.ring_s:.0f}",
        "PARLEY_WAIT_S": f"{person.wait_s}",
    }


def voicemail_variables(call: str, extension: str, agent: Agent) -> dict[str, str]:
    """What the context `voicemail` needs."""
    voicemail = agent.file.voicemail
    return _common(call, extension) | {
        "PARLEY_TARGET": agent.name,
        "PARLEY_SILENCE_S": f"{voicemail.silence_s:.0f}",
        "PARLEY_WAIT_S": f"{voicemail.max_s:.0f}",
    }


def message_file(call: str, agent: Agent) -> str:
    """Where the context `voicemail` puts a caller's message."""
    return f"{KEPT_IN}/{agent.name}/{call}.wav"


def _common(call: str, extension: str) -> dict[str, str]:
    # The dialled number comes back with the caller: a gateway that does not know the call finds the agent by it.
    return {"__PARLEY_CALL": call, "PARLEY_NUMBER": extension}
