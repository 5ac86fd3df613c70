"""The caller's settings; see `parley.settings`."""

from caller.errors import CallerError
from parley.settings import Port, Settings


class CallerSettings(Settings, frozen=True, kw_only=True):
    """What the caller reads from the environment."""

    redis_url: str = ""
    """Not used: the caller is outside the stack, as any telephone is."""
    sip_port: Port = 5060
    """Asterisk's SIP port."""
    sip_tls_port: Port = 5061
    """Asterisk's SIP port for TLS."""
    require_encryption: bool = False
    """Whether Asterisk takes nothing but TLS and SRTP."""
    sip_password_1000: str = ""
    """Password of SIP user 1000, the test caller's own."""
    sip_password_1001: str = ""
    """Password of SIP user 1001."""
    sip_password_1002: str = ""
    """Password of SIP user 1002."""
    sip_password_canary: str = ""
    """Password of SIP user canary."""
    stt_model: str = "base"
    """Whisper model that writes down what was heard."""
    caller_voice: str = "en_US-joe-medium"
    """Piper voice the caller speaks with."""

    @property
    def server(self) -> str:
        """Asterisk's SIP address."""
        return f"asterisk:{self.sip_tls_port if self.require_encryption else self.sip_port}"

    def password(self, user: str) -> str:
        """Return a SIP user's password; CallerError naming the setting when there is none."""
        password = getattr(self, f"sip_password_{user}", "")
        if not password:
            raise CallerError(f"setting SIP_PASSWORD_{user.upper()}: is required to call as user {user}")
        return str(password)
