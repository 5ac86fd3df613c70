"""Which browsers are told of a user's calls."""

from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from parley.outside.push.box import MOST, Browser, PushBox

POINT = urlsafe_b64encode(b"\x04" + bytes(64)).decode().rstrip("=")
SECRET = urlsafe_b64encode(bytes(16)).decode().rstrip("=")
URL = "https://push.example/a"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        (("http://push.example/a", POINT, SECRET), "endpoint"),
        (("https://olga@push.example/a", POINT, SECRET), "endpoint"),
        (("https://push.example/" + 2000 * "a", POINT, SECRET), "endpoint"),
        ((URL, POINT[:-2], SECRET), "p256dh"),
        ((URL, POINT, "ä"), "auth"),
        ((URL, POINT, ""), "auth"),
    ],
)
def test_what_is_no_browser_is_refused_by_its_field(fields: tuple[str, str, str], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}: "):
        Browser.read(*fields)


def test_browsers_are_kept_by_user_and_the_oldest_goes(tmp_path: Path) -> None:
    box = PushBox(tmp_path)
    for number in range(MOST + 2):
        box.add("anna", Browser.read(f"{URL}{number}", POINT, SECRET))
    assert [browser.url for browser in box.of("anna")] == [f"{URL}{n}" for n in range(MOST + 1, 1, -1)]
    box.add("bob", Browser.read(f"{URL}{MOST}", POINT, SECRET))  # the same browser, another user
    assert f"{URL}{MOST}" not in {browser.url for browser in box.of("anna")}
    box.remove(f"{URL}{MOST}", "anna")
    assert len(box.of("bob")) == 1
    box.remove(f"{URL}{MOST}")
    assert box.of("bob") == []
    box.ring("anna", 4e9)
    box.forget("anna")
    assert (box.of("anna"), box.rung()) == ([], [])
    box.close()


def test_the_key_is_made_once_and_for_all_processes(tmp_path: Path) -> None:
    one, two = PushBox(tmp_path), PushBox(tmp_path)
    assert one.private(lambda: b"first") == two.private(lambda: b"second") == b"first"
    one.close()
    two.close()
