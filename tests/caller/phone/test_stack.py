"""The SIP stack of a process, with baresip itself."""

import socket

import pytest

from caller.errors import CallerError
from caller.phone import stack

ADDRESS = "127.0.0.1"


def taken() -> socket.socket:
    """A TCP port that somebody else listens on."""
    return socket.create_server((ADDRESS, 0))


async def test_a_port_that_was_taken_meanwhile_is_left_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    free = stack._free_port
    with taken() as other:
        ports = iter([other.getsockname()[1], other.getsockname()[1]])
        monkeypatch.setattr(stack, "_free_port", lambda address: next(ports, None) or free(address))
        async with stack.shared(ADDRESS, sniff=False) as started:
            assert started._port != other.getsockname()[1]


async def test_no_port_at_all_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with taken() as other, monkeypatch.context() as patch:
        patch.setattr(stack, "_free_port", lambda address: other.getsockname()[1])
        with pytest.raises(CallerError, match=f"cannot start at {ADDRESS}: .*in use"):
            async with stack.shared(ADDRESS, sniff=False):
                pass
    async with stack.shared(ADDRESS, sniff=False):
        pass  # and nothing was left behind


def test_a_free_port_is_free_for_both() -> None:
    port = stack._free_port(ADDRESS)
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.bind((ADDRESS, port))
