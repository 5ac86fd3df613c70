"""What is to be done about an agent."""

import pytest

from api.publishing.standing import Here, Release, next_step


def release(number: int, digest: str) -> Release:
    return Release("shop", number, 0.0, "berlin", "crm", digest)


ONE, TWO = release(1, "one"), release(2, "two")


@pytest.mark.parametrize(
    ("here", "newest", "expected"),
    [
        (Here("one"), None, ("none", "own")),
        (Here("one", waiting=True), None, ("publish", "waiting")),
        (Here("mine", ONE, waiting=True), TWO, ("publish", "waiting")),
        (Here(None, ONE, waiting=True), ONE, ("none", "removed")),
        (Here(None), ONE, ("take", "taking")),
        (Here("one"), ONE, ("keep", "current")),
        (Here("one", ONE), ONE, ("none", "current")),
        (Here("one", ONE), TWO, ("take", "taking")),
        (Here("mine", ONE), TWO, ("none", "changed")),
        (Here("mine", ONE), ONE, ("none", "changed")),
        (Here("mine"), ONE, ("none", "changed")),
        (Here("mine", ONE, taking=True), ONE, ("take", "taking")),
        (Here("one", ONE, taking=True), ONE, ("keep", "current")),
        (Here(None, ONE), TWO, ("none", "removed")),
        (Here("two", TWO), ONE, ("tell", "waiting")),
        (Here("two", TWO), None, ("tell", "waiting")),
        (Here("mine", TWO), ONE, ("none", "changed")),
        (Here("mine", TWO, taking=True), ONE, ("take", "taking")),
        (Here("mine", TWO), None, ("none", "changed")),
        (Here(None, TWO), None, ("forget", "own")),
        (Here(None, TWO), ONE, ("none", "removed")),
        # A database that was put back and has gone on since: what is there was published later.
        (Here("two", TWO), release(2, "other"), ("take", "taking")),
    ],
)
def test_step(here: Here, newest: Release | None, expected: tuple[str, str]) -> None:
    assert next_step(here, newest) == expected
