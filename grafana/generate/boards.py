"""Every dashboard, by the name of its file."""

from grafana.generate import asterisk, latency, media, overview, workers

BOARDS = {
    "overview": overview.BOARD,
    "latency": latency.BOARD,
    "media": media.BOARD,
    "workers": workers.BOARD,
    "asterisk-and-host": asterisk.BOARD,
}
