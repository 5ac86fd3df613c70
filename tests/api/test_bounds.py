"""What is too long is not read."""

from collections.abc import Iterator

import pytest

from api.bounds import MOST
from tests.api.conftest import Site


def pieces(size: int) -> Iterator[bytes]:
    for _ in range(size // 1024):
        yield b" " * 1024


@pytest.mark.parametrize(("size", "status"), [(MOST, 422), (MOST + 1024, 413)])
def test_a_body_that_says_how_long_it_is(site: Site, size: int, status: int) -> None:
    with site.client() as client:
        answer = client.post("/calls/c1/say", content=b" " * size)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(("size", "status"), [(MOST, 422), (MOST + 1024, 400)])
def test_a_body_that_does_not(site: Site, size: int, status: int) -> None:
    with site.client() as client:
        answer = client.post("/calls/c1/say", content=pieces(size))
    assert "content-length" not in answer.request.headers
    assert answer.status_code == status
