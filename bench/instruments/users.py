"""Users of the stack, as whom benchmarks call."""

import os

from caller.phone.phone import Identity


def identity(user: str, server: str = "") -> Identity:
    """A user of the stack, with the password from the environment."""
    default = f"{os.environ.get('SIP_SERVER', 'asterisk')}:{os.environ.get('SIP_PORT') or 5060}"
    return Identity(server=server or default, user=user, password=os.environ.get(f"SIP_PASSWORD_{user}", ""))
