"""Which call has which row, and which address its packets come from."""

import ipaddress

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Bools, Ints


class TooManyCalls(Exception):
    """Every row is taken."""


class Legs:
    """The media legs of all calls: a row each, found by the source address of a packet."""

    def __init__(self, capacity: int) -> None:
        self.rows: Ints = np.zeros(0, np.int64)
        """Rows in use, ascending."""
        self.host = np.zeros(capacity, np.uint32)
        self.port = np.zeros(capacity, np.uint16)
        self.calls = [""] * capacity
        self._row_of_call: dict[str, int] = {}
        self._booked: set[str] = set()
        # One Asterisk sends from one host, so that the port alone tells the call; the host is checked after.
        self._row_of_port = np.full(65536, -1, np.int64)

    def book(self, call: str) -> None:
        """See to it that `add` will find a row for a call; raise TooManyCalls when none is left. Any thread may."""
        if call not in self._booked and len(self._booked) >= len(self.calls):
            raise TooManyCalls(f"{len(self.calls)} rows are taken")
        self._booked.add(call)

    def give_back(self, call: str) -> None:
        """Let another call book the row that `remove` is going to free. Any thread may."""
        self._booked.discard(call)

    def add(self, call: str, host: str, port: int) -> int:
        """Give a call that has booked one its row."""
        row = self.calls.index("")
        self.calls[row] = call
        self._row_of_call[call] = row
        self.host[row] = int(ipaddress.IPv4Address(host))
        self.port[row] = port
        self._row_of_port[port] = row
        self.rows = np.append(self.rows, row)
        self.rows.sort()
        return row

    def remove(self, call: str) -> int | None:
        """Take a call's row away; return it, or None when the call has none."""
        row = self._row_of_call.pop(call, None)
        if row is None:
            return None
        self.calls[row] = ""
        if self._row_of_port[self.port[row]] == row:
            self._row_of_port[self.port[row]] = -1
        self.rows = self.rows[self.rows != row]
        return row

    def row_of(self, call: str) -> int | None:
        """Return the row of a call that is still there."""
        return self._row_of_call.get(call)

    def find(self, hosts: NDArray[np.uint32], ports: NDArray[np.uint16]) -> tuple[Ints, Bools]:
        """Rows of packets by their source, and which of them are really some call's."""
        rows = self._row_of_port[ports]
        known = (rows >= 0) & (self.host[rows] == hosts)
        return rows, known
