"""SIP that is strange, and SIP that is wrong: cases in the spirit of RFC 4475 ("Torture Test Messages"), our own. Pure.

{host} and {port} are the sender's, {server} is Asterisk's, {length} is that of the body, and {n} is another number in
each message, so that none is taken for a repetition.
"""

_HEAD = "{method} {uri} SIP/2.0\r\n"
_VIA = "Via: SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK{n}\r\n"
_REST = (
    "Max-Forwards: 70\r\nFrom: <sip:t@{host}>;tag=f{n}\r\nTo: <sip:100@{server}>\r\nCall-ID: {n}@{host}\r\n"
    "CSeq: 1 {method}\r\nContact: <sip:t@{host}:{port}>\r\n"
)
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n"
)
_URI = "sip:100@{server}"


def _message(
    method: str = "INVITE",
    uri: str = _URI,
    *,
    more: str = "",
    body: str = "",
    via: str = _VIA,
    rest: str = _REST,
) -> str:
    text = (_HEAD + via + rest).replace("{method}", method).replace("{uri}", uri) + more
    kind = "Content-Type: application/sdp\r\n" if body and "Content-Type" not in more else ""
    length = "" if "Content-Length" in more else "Content-Length: {length}\r\n"
    return f"{text}{kind}{length}\r\n{body}"


def _without(name: str) -> str:
    kept = [line for line in _REST.split("\r\n")[:-1] if not line.startswith(f"{name}:")]
    return _message(rest="".join(f"{line}\r\n" for line in kept))


_RIGHT = [
    _message(body=_SDP),
    _message("OPTIONS"),
    _message("REGISTER", "sip:{server}", more="Expires: 60\r\n"),
    _message("BYE"),
    _message("CANCEL"),
    _message("ACK"),
    _message("INFO", more="Content-Type: application/dtmf-relay\r\n", body="Signal=1\r\nDuration=160\r\n"),
    _message("REFER", more="Refer-To: <sip:600@{server}>\r\n"),
    _message("SUBSCRIBE", more="Event: presence\r\n"),
]
_STRANGE = [
    # Folded lines, compact names, white space wherever it may stand.
    _message(
        rest=_REST.replace("Max-Forwards: 70", "Max-Forwards:\r\n\t 0068").replace("From: ", "f\t :\r\n  ")
    ),
    _message(
        via=_VIA.replace("Via: SIP/2.0/UDP", "v:  SIP  / 2.0\r\n /UDP"),
        rest=_REST.replace("CSeq: 1", "CSeq: 0009\r\n "),
    ),
    _message(uri="sip:%31%30%30;par=u%40x.example@{server}", more="Subject: \u00e4\u6f22\U0001f4de\r\n"),
    _message(rest=_REST.replace("<sip:t@", '"J \\"\\\\ R" <sip:a;b=c,d&e@')),
    _message("!interesting-Method0123456789_*+`.%indeed'~"),
    _message(via=_VIA * 40),
    _message(more="X: y\r\n" * 400),
    _message(more=f"Route: {'<sip:10.0.0.1;lr>,' * 60}<sip:10.0.0.2;lr>\r\n"),
    _message(body=_SDP + _SDP * 20),
    _message(
        more="Content-Type: multipart/mixed;boundary=b\r\n",
        body=f"--b\r\nContent-Type: application/sdp\r\n\r\n{_SDP}--b--",
    ),
    _message(uri="tel:+4930123456"),
    _message(uri="nobodyKnowsThisScheme:totallyopaque"),
    _message(
        more="Require: nothingSupportsThis, nothingSupportsThisEither\r\nProxy-Require: noProxiesSupportThis\r\n"
    ),
    _message("REGISTER", "sip:{server}", more="Contact: *\r\nExpires: 0\r\n"),
    _message(uri="sip:{server}:5060;transport=udp;lr;maddr=239.255.255.1;ttl=15"),
]
_WRONG = [
    *(_without(name) for name in ("From", "To", "Call-ID", "CSeq", "Max-Forwards", "Contact")),
    _message(more="Content-Length: -999\r\n", body=_SDP),
    _message(more="Content-Length: 99999999999999999999\r\n", body=_SDP),
    _message(more="Content-Length: 10\r\nContent-Length: 20\r\n", body=_SDP),
    _message(rest=_REST.replace("CSeq: 1 {method}", "CSeq: 36893488147419103232 {method}")),
    _message(rest=_REST.replace("CSeq: 1 {method}", "CSeq: 1 OTHER")),
    _message(rest=_REST.replace("Max-Forwards: 70", "Max-Forwards: 300")),
    _message(rest=_REST.replace("Max-Forwards: 70", "Max-Forwards: -1")),
    _message(rest=_REST.replace("To: <sip:100@{server}>", 'To: "unbalanced <sip:100@{server}>')),
    _message(rest=_REST.replace(";tag=f{n}", ";tag=" + "x" * 8000)),
    _message(rest=_REST.replace("Contact: <", "Contact: \"<<<>>>\" <;;,")),
    _message(rest=_REST + "From: <sip:u@{host}>;tag=2\r\nTo: <sip:v@{host}>\r\nCall-ID: other\r\nCSeq: 7 BYE\r\n"),
    _message(uri="<sip:100@{server}>"),
    _message(uri="sip:100@{server} ; lr"),
    _message(uri="sip:100@[::"),
    _message(uri="sip:" + "1" * 5000 + "@{server}"),
    _message(uri="sip:100@{server}?Route=%3Csip:x.example%3E"),
    _message().replace(" SIP/2.0\r\n", " SIP/7.0\r\n", 1),
    _message().replace("\r\n", "\n"),
    _message().replace(": ", ""),
    _message(via="Via: SIP/2.0/UDP 192.0.2.15;;,;,,\r\n"),
    _message(via="Via: SIP/2.0/TLS-SCTP-UNKNOWN {host}:99999;branch=\r\n"),
    _message(more='Authorization: Digest username="1001", realm="", nonce=",,,", response=\r\n'),
    _message(more="Authorization: NoOneKnowsThisScheme opaque-data=here\r\n"),
    _message("REGISTER", "sip:{server}", more="Expires: 99999999999999999999\r\nContact: <sip:x,30,G(a)@{host}>\r\n"),
    _message(more="Date: Fri, 99 Foo 25:61 EST\r\nRetry-After: -1\r\nMin-SE: 4294967296\r\nSession-Expires: -5\r\n"),
    _message(more="Replaces: x;to-tag=;from-tag=\r\nReferred-By: <<>>\r\nP-Asserted-Identity: ,,,\r\n"),
    *(
        _message(body=body)
        for body in ("v=9\r\n", "v=0\r\nm=audio\r\n", "m=" * 3000, "\x00" * 100, _SDP.replace("40000", "-1"))
    ),
    _message(body=_SDP.replace("IN IP4 {host}", "IN IP6 ::ffff:{host}")),
    # A name that DNS is asked for, and nobody answers for.
    _message(body=_SDP.replace("c=IN IP4 {host}", "c=IN IP4 x{n}.example")),
    _message(body=_SDP.replace("0 8 101", " ".join(map(str, range(400))))),
    _message(body=_SDP + "m=audio 40000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:short\r\n" * 30),
    _message(body=_SDP.replace("telephone-event/8000", "telephone-event/" + "9" * 300)),
    # Answers that nobody has asked for.
    "SIP/2.0 200 OK\r\n" + _VIA + _REST.replace("{method}", "INVITE") + "Content-Length: 0\r\n\r\n",
    "SIP/2.0 4294967301 Nobody\r\n" + _VIA + _REST.replace("{method}", "REGISTER") + "\r\n",
    "SIP/2.0 100\r\n\r\n",
    "\r\n\r\n",
    "\x00",
    "INVITE",
]  # fmt: skip

MESSAGES = tuple(text.encode(errors="surrogatepass") for text in (*_RIGHT, *_STRANGE, *_WRONG))


def filled(message: bytes, *, host: str, port: int, server: str, n: int) -> bytes:
    """A message as it is sent."""
    values = {b"{host}": host, b"{port}": str(port), b"{server}": server, b"{n}": str(n)}
    for name, value in values.items():
        message = message.replace(name, value.encode())
    length = len(message.partition(b"\r\n\r\n")[2])
    return message.replace(b"{length}", str(length).encode())
