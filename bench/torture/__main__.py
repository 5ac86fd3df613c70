"""Strange and damaged SIP against Asterisk: `python -m bench.torture`, or `make bench-torture`.

The messages of messages.py, as they are and damaged, are sent by UDP and by TCP to an Asterisk of Parley's image, in a
network of its own; whoever sends is its trunk, so that what can be read gets as far as the dialplan. After every 500 it
must still answer an OPTIONS. A crash is another start, a hang no answer within 5 s; its memory is looked at before, and
after all transactions are over.
"""

import argparse
import contextlib
import random
import socket
import sys
import time

from bench.instruments import report
from bench.instruments.damage import Damage
from bench.torture.exchange import Exchange, exchange
from bench.torture.messages import MESSAGES, filled

EVERY = 500
"""Messages between two looks at Asterisk."""
PAUSE_S = 0.2
"""After a hundred messages. More than Asterisk can read it drops, and then tells nobody that it is there."""
SETTLE_S = 40.0
"""Timer H of RFC 3261 is 32 s: what was begun by then is over."""


class Sender:
    """Sends one message after another."""

    def __init__(self, server: str, seed: int) -> None:
        self._server = server
        self._damage = Damage(seed)
        self._random = random.Random(seed)
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.connect((server, 5060))
        self._udp.setblocking(False)
        self.sent = self.answers = 0

    def send(self) -> None:
        """One message: a third of them as they are; every fiftieth by TCP, on a connection of its own."""
        self.sent += 1
        as_it_is = self._random.random() < 1 / 3
        message = self._random.choice(MESSAGES) if as_it_is else self._damage.of(MESSAGES)
        host, port = self._udp.getsockname()
        text = filled(message, host=host, port=port, server=self._server, n=self.sent)
        # A full buffer, or a connection that Asterisk closes in the middle, is no fault.
        with contextlib.suppress(OSError):
            if self.sent % 50:
                self._udp.send(text[:60_000])
            else:
                with socket.create_connection((self._server, 5060), timeout=5.0) as tcp:
                    tcp.sendall(text)

    def read(self) -> None:
        """Count what has come back."""
        with contextlib.suppress(OSError):
            while self._udp.recv(65_536):
                self.answers += 1

    def close(self) -> None:
        self._udp.close()


def torture(it: Exchange, sender: Sender, messages: int) -> dict[str, report.Figure]:
    """Send so many; return what came of it."""
    before, started = it.memory(), it.metric("asterisk_core_uptime_seconds")
    began, slowest, hangs = time.monotonic(), 0.0, 0
    with report.progress() as bar:
        task = bar.add_task("messages", total=messages)
        while sender.sent < messages:
            sender.send()
            if sender.sent % 100 == 0:
                sender.read()
                time.sleep(PAUSE_S)
            if sender.sent % EVERY == 0:
                answered = it.answers()
                hangs += answered is None
                slowest = max(slowest, answered or 0.0)
                bar.update(task, completed=sender.sent)
    took = time.monotonic() - began
    time.sleep(SETTLE_S)
    ran = it.metric("asterisk_core_uptime_seconds") - started
    return {
        "messages": sender.sent,
        "answers": sender.answers,
        "seconds": took,
        "crashes": int(not it.runs() or ran < took),
        "hangs": hangs,
        "slowest_answer_ms": 1000 * slowest,
        "channels_left": it.metric("asterisk_channels_count"),
        "memory_before_mb": before,
        "memory_after_mb": it.memory(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    on = report.machine()
    with exchange() as it:
        sender = Sender(it.address, args.seed)
        figures = torture(it, sender, args.messages)
        sender.close()
    report.table("Strange and damaged SIP", ["", ""], list(figures.items()))
    report.write("torture", vars(args), figures, [], on=on)
    return 1 if figures["crashes"] or figures["hangs"] or figures["channels_left"] else 0


if __name__ == "__main__":
    sys.exit(main())
