"""Texts (SMS) over a trunk that carries them as SIP messages: taken by Asterisk, whose word is all that there is.

ARI tells that Asterisk has the message, not what the trunk's provider answers to it (that stands in Asterisk's log).
"""

from chat.sip.messages import TRUNK
from chat.sip.pieces import pieces
from gateway.ari.client import AriClient
from parley.errors import AriError
from parley.outside.texts import Text
from webhooks.failed import Failed, Failure


class Trunk:
    """A `Provider` of the delivery of texts."""

    there = True

    def __init__(self, ari: AriClient, address: str, domain: str, sender: str) -> None:
        """`address`: host, port and transport of the trunk; `domain`: where our numbers are; `sender`: the number that
        telephones show; empty: the agent's.
        """
        self._ari = ari
        self._address = address
        self._domain = domain
        self._sender = sender

    async def send(self, text: Text) -> Failed | None:
        """Have Asterisk send a text; return None when it has it."""
        sender = self._sender or text.sender
        # An agent without a number that the world can call has no sender: then it is the domain alone.
        ours = f"{sender}@{self._domain}" if sender else self._domain
        whose = {"from": f"sip:{ours}", "to": f"pjsip:{TRUNK}/sip:{text.to}@{self._address}"}
        try:
            for piece in pieces(text.body):
                await self._ari.request("PUT", "endpoints/sendMessage", **whose, body=piece)
        except AriError as error:
            why: Failure = "status" if error.status else "refused"
            return Failed(why, f"{error.status or 'no answer'}: {error.detail}")
        return None
