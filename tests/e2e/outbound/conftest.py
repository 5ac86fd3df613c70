"""Calls that are made, to the numbers of a carrier."""

import re
import time
from collections.abc import Iterator

import pytest

from tests.stack.asterisk.reloaded import asterisk, reloaded


@pytest.fixture(scope="package")
def trunk() -> Iterator[None]:
    """Numbers are called over the carrier."""
    with reloaded({"TRUNK_HOST": "carrier", "TRUNK_QUALIFY_S": "2"}):
        deadline = time.monotonic() + 30
        while not re.search(r"trunk/sip:carrier\S* +\S+ +Avail", asterisk("pjsip show contacts")):
            assert time.monotonic() < deadline, asterisk("pjsip show contacts")
            time.sleep(0.2)
        yield
