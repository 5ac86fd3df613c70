"""By which endpoint of Asterisk's somebody is rung."""

from collections.abc import Awaitable, Callable

TRUNK = "PARLEY_TRUNK"
"""The global variable of the dialplan's that has the trunk's address; empty: there is no trunk."""


async def way_to(way: str, global_variable: Callable[[str], Awaitable[str]]) -> str:
    """The endpoint of a user's telephone (`1001`), or of a number over the trunk (`+4930123456@trunk`).

    The trunk is asked for with its address: by its name alone Asterisk rings nobody over one that answers no OPTIONS.
    """
    number, _, over = way.partition("@")
    address = await global_variable(TRUNK) if over == "trunk" else ""
    return f"PJSIP/trunk/sip:{number}@{address}" if address else f"PJSIP/{way}"
