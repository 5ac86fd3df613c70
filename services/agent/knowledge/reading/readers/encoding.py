"""Text from bytes of an encoding that nobody names: UTF-8 and UTF-16 are certain, else the likeliest is taken."""

import codecs
import re

from charset_normalizer import from_bytes

from agent.knowledge.reading.blocks import Unreadable

_MARKS = (
    # UTF-32's mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHERS = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "shift_jis",
    "euc_jp",
    "euc_kr",
]
_OTHERS += ["gb18030", "big5"]
"""What office programs wrote. Among all there are, charset-normalizer takes short texts for Cyrillic ones of DOS."""
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_PEEK = 4096
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROL_SHARE = 0.01


def text_of(data: bytes) -> str:
    """Decode; raise Unreadable for what is no text."""
    text = _decoded(data).lstrip("\ufeff")
    if len(_CONTROL.findall(text[:_PEEK])) > _CONTROL_SHARE * min(len(text), _PEEK):
        raise Unreadable("not a text: it has bytes that no text has")
    return text


def web_text_of(data: bytes) -> str:
    """Decode a page, which may name its encoding; what it names counts unless the bytes say otherwise."""
    declared = _DECLARED.search(data[:_PEEK])
    if declared and not _marked(data) and not _is_utf8(data):
        try:
            # Browsers take Latin-1 to be Windows-1252.
            name = codecs.lookup(declared[1].decode()).name
            return data.decode("cp1252" if name in ("iso8859-1", "ascii") else name, "replace")
        except LookupError:
            pass
    return text_of(data)


def _decoded(data: bytes) -> str:
    try:
        if encoding := _marked(data) or _utf16_without_mark(data):
            return data.decode(encoding)
        return data.decode()
    except UnicodeDecodeError:
        return _mostly_utf8(data) or _likeliest(data)


def _marked(data: bytes) -> str:
    return next((name for mark, name in _MARKS if data.startswith(mark)), "")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(data: bytes) -> str:
    """Western text in UTF-16 has a zero in every second byte."""
    head = data[:_PEEK]
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(data) % 2 == 0 and zeros and zeros.count(0) > len(zeros) // 2:
            return name
    return ""


def _mostly_utf8(data: bytes) -> str:
    """UTF-8 into which some bytes of Windows-1252 were pasted; empty when it is something else."""
    text = data.decode("utf-8", "surrogateescape")
    strange = sum("\udc80" <= c <= "\udcff" for c in text)
    if strange > sum("\x7f" < c < "\ud800" for c in text):
        return ""
    return "".join(
        bytes([ord(c) - 0xDC00]).decode("cp1252", "replace") if "\udc80" <= c <= "\udcff" else c for c in text
    )


def _likeliest(data: bytes) -> str:
    found = list(from_bytes(data, cp_isolation=_OTHERS))
    if not found:
        raise Unreadable("not a text in an encoding that is known; save it as UTF-8")
    best = found[0]
    western = next((m for m in found if m.encoding == "cp1252"), None)
    # Several fit a short text equally well: Windows-1252 is what most of them are.
    if western is not None and western.chaos <= best.chaos and western.coherence >= best.coherence:
        best = western
    return str(best)
