"""The canary's settings; see `parley.settings`."""

from parley.settings import Interval, Port, Settings


class CanarySettings(Settings, frozen=True, kw_only=True):
    """What the canary reads from the environment; the call itself reads the caller's settings."""

    redis_url: str = ""
    """Not used: the canary is outside the stack, as any telephone is."""
    canary_interval_s: Interval = 300
    """Seconds from the end of one call to the next; 0: none."""
    canary_script: str = "techstore/canary.yaml"
    """What it says and what must be answered, a call script in the agents' folder."""
    sip_port: Port = 5060
    """Asterisk's SIP port."""
    sip_tls_port: Port = 5061
    """Asterisk's SIP port for TLS."""
    require_encryption: bool = False
    """Whether Asterisk takes nothing but TLS and SRTP."""

    @property
    def server(self) -> str:
        """Asterisk's SIP address."""
        return f"asterisk:{self.sip_tls_port if self.require_encryption else self.sip_port}"
