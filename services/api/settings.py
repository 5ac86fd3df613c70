"""Settings of the API; one environment variable each."""

from typing import Annotated

import msgspec

from parley.settings import PositiveInt
from records.central import cell


class ApiSettings(cell.CellSettings, frozen=True, kw_only=True):
    """What is served, and how much of it."""

    api_dir: str = "/api"
    """Folder of the database of keys and of what was done with them."""
    records_dir: str = "/records"
    """Folder of the records' database."""
    recordings_dir: str = "/recordings"
    """Folder of the calls' recordings."""
    console_url: str = "http://127.0.0.1:8443"
    """Where browsers find the console."""
    sip_password_web: str = ""
    """By which Asterisk knows what the console passes on for its users; empty: nobody calls from there."""
    console_passwords: bool = True
    """Whether users log in by passwords."""
    console_oidc_issuer: str = ""
    """Who says by OpenID Connect who somebody is, as it writes itself; empty: nobody does."""
    console_oidc_client_id: str = ""
    """As whom it knows the console."""
    console_oidc_scope: str = "openid profile email"
    """What it is asked for."""
    console_oidc_name_claim: str = "preferred_username"
    """The claim that names users."""
    console_oidc_role_claim: str = "groups"
    """The claim that gives roles."""
    console_oidc_roles: str = ""
    """Which of its values gives which role: `role=value` with semicolons between."""
    inside_hosts: str = ""
    """Hosts of the inside that may be the provider's, with commas between."""
    console_phones: str = ""
    """Numbers of telephones in the console, with commas between."""
    turn_urls: str = ""
    """STUN and TURN servers for browsers that call, with commas between."""
    turn_secret: str = ""
    """What the TURN servers share with us, who let browsers use them with it."""
    webhooks_dir: str = "/webhooks"
    """Folder of the messages that wait for others."""
    api_requests_per_minute: PositiveInt = 300
    """Requests that one key may make in a minute."""
    api_audit_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = 365
    """Days that it is kept who did what; 0: for ever."""
