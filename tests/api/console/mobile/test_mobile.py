"""What a browser asks for to install the console; nobody is logged in for that."""

import struct
import zlib
from urllib.parse import urlsplit

import pytest

from api.console.mobile.icons import SIZES, png
from tests.api.console.conftest import Console


def pixels(picture: bytes) -> tuple[int, list[bytes]]:
    """The width, and the lines of a picture (PNG) as they are packed: a filter's byte, and three of each pixel."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    at = 8
    parts: dict[bytes, bytes] = {}
    while at < len(picture):
        length, name = struct.unpack(">I4s", picture[at : at + 8])
        data = picture[at + 8 : at + 8 + length]
        assert struct.unpack(">I", picture[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + data)
        parts[name], at = data, at + 12 + length
    width, height, depth, kind = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (width, depth, kind) == (height, 8, 2)
    packed = zlib.decompress(parts[b"IDAT"])
    row = 3 * width + 1
    assert len(packed) == row * height
    return width, [packed[row * n : row * (n + 1)] for n in range(height)]


@pytest.mark.parametrize("size", SIZES)
def test_the_icon_is_a_bubble_on_blue(size: int) -> None:
    width, lines = pixels(png(size))
    assert width == size

    def at(across: float, down: float) -> bytes:
        line, place = lines[int(down * size / 32)], 1 + 3 * int(across * size / 32)
        return line[place : place + 3]

    blue, white = bytes.fromhex("1d5fbf"), b"\xff\xff\xff"
    assert at(1, 1) == at(31, 31) == at(16, 25) == blue
    assert at(16, 12) == at(11.5, 21) == white
    assert len(png(size)) < 10_000


def test_the_manifest_names_icons_that_there_are(console: Console) -> None:
    answer = console.browser.get("/app/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["display"], manifest["scope"]) == ("standalone", "/")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    for icon in manifest["icons"]:
        picture = console.browser.get(urlsplit(icon["src"]).path)
        assert picture.headers["content-type"] == "image/png"
        assert f"{pixels(picture.content)[0]}x{pixels(picture.content)[0]}" == icon["sizes"]
    assert console.browser.get("/app/icon-64.png").status_code == 404


def test_the_worker_is_for_all_pages_and_keeps_none(console: Console) -> None:
    answer = console.browser.get("/worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "caches" not in answer.text
    assert "manifest-src 'self'" in console.browser.get("/login").headers["content-security-policy"]
    assert '<link rel="manifest" href="/app/manifest.webmanifest">' in console.page("/login")
