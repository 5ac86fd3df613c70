"""Users of the console, each with a browser's page."""

from collections.abc import AsyncIterator

import pytest

from tests.chromium import browser
from tests.e2e.browser.console import PATIENT_MS, Console, passage, visitor


@pytest.fixture
async def users() -> AsyncIterator[tuple[Console, Console]]:
    """Otto, an operator, and Olga, an admin."""
    async with (
        passage(),
        browser() as chromium,
        visitor(chromium, "operator") as otto,
        visitor(chromium, "admin") as olga,
    ):
        for user in (otto, olga):
            user.page.set_default_timeout(PATIENT_MS)
        yield otto, olga
