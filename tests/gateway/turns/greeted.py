"""What the tests of the turn table begin with."""

from gateway.turns.events import Played, ReplyComplete, ReplyReady
from gateway.turns.memory import TurnSettings

T = TurnSettings()
GREETED = (ReplyReady(0), ReplyComplete(0, "none"), Played(0))
"""The agent has said its first line, and the caller has heard it."""
