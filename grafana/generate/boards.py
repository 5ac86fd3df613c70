"""Every dashboard, by the name of its file."""

from grafana.generate import asterisk, latency, media, overview, workers
from grafana.generate.conversations import board as conversations

BOARDS = {
    "overview": overview.BOARD,
    "conversations": conversations.BOARD,
    "latency": latency.BOARD,
    "media": media.BOARD,
    "workers": workers.BOARD,
    "asterisk-and-host": asterisk.BOARD,
}
