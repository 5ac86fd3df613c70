"""Messages that only one browser can read (RFC 8291, RFC 8188), and who they come from (VAPID, RFC 8292)."""

import json
import secrets
import struct
from base64 import urlsafe_b64encode
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from parley.outside.push.box import Browser, PushBox

_CURVE = ec.SECP256R1()
_BYTES = 32
"""Of a private key, and of each half of a signature."""
_RECORD = 4096
_LAST = b"\x02"
"""What ends the last record, and ours is the only one."""
_GOOD_S = 12 * 3600
"""Of a proof; a day at the most."""


def new_key() -> bytes:
    """A private key."""
    return ec.generate_private_key(_CURVE).private_numbers().private_value.to_bytes(_BYTES)


class Sender:
    """Us, as browsers' makers know us."""

    def __init__(self, private: bytes, contact: str) -> None:
        """`contact`: to whom a browser's maker may write, `mailto:` or by https."""
        self._key = _private(private)
        self._contact = contact

    @classmethod
    def of(cls, box: PushBox, contact: str = "") -> "Sender":
        """With the key that a box has."""
        return cls(box.private(new_key), contact)

    @property
    def public(self) -> str:
        """Our public key, as browsers want it."""
        return _text(_point(self._key.public_key()))

    def authorization(self, url: str, now: float) -> str:
        """The header Authorization of a message to a browser; `now`: Unix time in seconds."""
        parts = urlsplit(url)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(now) + _GOOD_S,
            "sub": self._contact,
        }
        signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(SHA256())))
        return f"vapid t={signed}.{_text(r.to_bytes(_BYTES) + s.to_bytes(_BYTES))}, k={self.public}"


def sealed(text: bytes, browser: Browser, *, private: bytes = b"", salt: bytes = b"") -> bytes:
    """The body of a message to a browser; raise ValueError for one whose key is none.

    `private` and `salt` are new for each message; only the standard's example has known ones.
    """
    ours = _private(private or new_key())
    salt = salt or secrets.token_bytes(16)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, browser.point)
    point = _point(ours.public_key())
    shared = ours.exchange(ec.ECDH(), theirs)
    material = _derived(browser.secret, shared, b"WebPush: info\0" + browser.point + point, 32)
    key = _derived(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, material, b"Content-Encoding: nonce\0", 12)
    head = salt + struct.pack(">IB", _RECORD, len(point)) + point
    return head + AESGCM(key).encrypt(nonce, text + _LAST, None)


def _private(value: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(value), _CURVE)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(material)


def _json(value: dict[str, object]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
