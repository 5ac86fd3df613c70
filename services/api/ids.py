"""A call's id as requests name it."""

from typing import Annotated

from fastapi import Path

FORM = "[A-Za-z0-9._-]{1,100}"
"""As Asterisk makes them, with the name of its system before where it has one."""
CallId = Annotated[str, Path(pattern=f"^{FORM}$", description="The call's id.", examples=["1732287000.7"])]
