"""Messages that one browser can read, and whom they come from, held against the standards' examples."""

import json
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from parley.outside.push.box import Browser, PushBox
from tests.webhooks.pushing.browser import Receiving
from webhooks.pushing.sealing import Sender, new_key, sealed

# RFC 8291, section 5 and appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
THEIRS = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
URL = "https://push.example/one?x=1"


def plain(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_standards_example_is_sealed_as_it_says() -> None:
    browser = Browser.read(URL, POINT, SECRET)
    assert sealed(TEXT, browser, private=plain(OURS), salt=plain(SALT)) == plain(SEALED)


def test_only_that_browser_reads_it_and_each_message_is_another() -> None:
    anna, bob = Receiving(URL), Receiving(URL)
    one, two = sealed(TEXT, anna.browser), sealed(TEXT, anna.browser)
    assert one[:86] != two[:86]
    assert anna.opened(one) == anna.opened(two) == TEXT
    with pytest.raises(InvalidTag):
        bob.opened(one)


def test_a_point_that_is_none_of_the_curve_is_refused() -> None:
    with pytest.raises(ValueError, match=r"curve|point|key"):
        sealed(TEXT, Browser(URL, b"\x04" + bytes(64), bytes(16)))


def test_a_proof_is_for_one_maker_and_a_while(tmp_path: Path) -> None:
    box = PushBox(tmp_path)
    sender = Sender.of(box, "mailto:us@example.com")
    assert Sender.of(box).public == sender.public  # browsers know us by it
    box.close()
    scheme, _, told = sender.authorization(URL, 1_780_000_000.9).partition(" ")
    parts = dict(part.strip().split("=", 1) for part in told.split(","))
    head, claims, signature = parts["t"].split(".")
    assert scheme == "vapid"
    assert parts["k"] == sender.public
    assert json.loads(plain(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(plain(claims)) == {
        "aud": "https://push.example",
        "exp": 1_780_043_200,
        "sub": "mailto:us@example.com",
    }
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain(sender.public))
    halves = (int.from_bytes(plain(signature)[:32]), int.from_bytes(plain(signature)[32:]))
    public.verify(encode_dss_signature(*halves), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))


def test_keys_are_whole_however_small_their_number() -> None:
    assert {len(new_key()) for _ in range(20)} == {32}
