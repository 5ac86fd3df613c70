"""The doctor's settings; see `parley.settings`."""

from urllib.parse import urlsplit

from parley.settings import Port, Seconds, Settings


class DoctorSettings(Settings, frozen=True, kw_only=True):
    """What the doctor reads from the environment."""

    ari_url: str = "http://asterisk:8088"
    """Asterisk's REST interface."""
    ari_user: str = "parley"
    """User name there."""
    ari_password: str
    """Password there."""
    sip_port: Port = 5060
    """Asterisk's SIP port."""
    sip_tls_port: Port = 5061
    """Asterisk's SIP port for TLS."""
    require_encryption: bool = False
    """Whether Asterisk takes nothing but TLS and SRTP."""
    sip_password_1000: str = ""
    """Password of SIP user 1000, as whom the doctor calls."""
    canary_script: str = "techstore/canary.yaml"
    """What is done in the test call, a call script in the agents' folder."""
    caller_voice: str = "en_US-joe-medium"
    """Piper voice that the test calls speak with."""
    llm_base_url: str = "http://llm:8080/v1"
    """The language model; only the local one is looked at."""
    turn_budget_s: Seconds = 2.5
    """Voice-to-voice time that the test call must keep to."""
    grafana_password: str = ""
    """Password of Grafana's user admin."""

    @property
    def asterisk(self) -> str:
        """Host name of Asterisk."""
        return urlsplit(self.ari_url).hostname or "asterisk"

    @property
    def sip_server(self) -> str:
        """Asterisk's SIP address."""
        return f"{self.asterisk}:{self.sip_tls_port if self.require_encryption else self.sip_port}"
