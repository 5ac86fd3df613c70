"""The gateway's settings, and what each room gets of them: rooms know of no environment."""

import socket
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from gateway.admission.admission import AdmissionSettings
from gateway.admission.limits import LimitSettings
from gateway.ari.protocol import events_url
from gateway.calls.switchboard import SwitchboardSettings
from gateway.conversation.leg import MediaAddress
from gateway.media.rtp.codec import MediaFormat
from gateway.media.speech.detections import DetectorSettings
from gateway.media.speech.engines import VadEngineName
from gateway.turns.end_of_turn import Silences
from gateway.turns.memory import TurnSettings
from parley.agents.types import END
from parley.errors import SettingError
from parley.outbound.callbacks import Retries
from parley.outbound.ledger import MOST_DAYS
from parley.outbound.rules import Rules
from parley.outbound.texts import OtherNumbers
from parley.outbound.week import Week
from parley.settings import Fraction, Interval, Milliseconds, Port, PositiveInt, Seconds, Settings

Limit = Annotated[float, msgspec.Meta(ge=0.0, le=60.0)]
"""Seconds; 0: none."""


Rate = Annotated[float, msgspec.Meta(ge=0.0, le=1000.0)]
"""Calls in a time; 0: no limit."""


_Prefixes = Annotated[str, msgspec.Meta(pattern=r"^( *\+[0-9]+ *(, *\+[0-9]+ *)*)?" + END)]
_Numbers = Annotated[str, msgspec.Meta(pattern=r"^( *\+?[0-9]{2,15} *(, *\+?[0-9]{2,15} *)*)?" + END)]


class GatewaySettings(Settings, frozen=True, kw_only=True):
    """See .env.example for what each is for."""

    gateway_id: str = msgspec.field(default_factory=socket.gethostname)
    ari_url: str = "http://asterisk:8088"
    ari_user: str = "parley"
    ari_password: str
    ari_app: str = "parley"
    media_host: str = ""
    media_port: Port = 40_000
    media_format: MediaFormat = "slin16"
    max_calls: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 40
    max_call_s: PositiveInt = 3600
    drain_s: Annotated[float, msgspec.Meta(ge=0.0, le=3600.0)] = 600.0
    calls_per_caller: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 3
    caller_calls_per_minute: Rate = 10.0
    source_calls_per_s: Rate = 5.0
    calls_per_s: Rate = 10.0
    admission_tick_ms: Annotated[float, msgspec.Meta(ge=0.0, le=20.0)] = 5.0
    admission_stt_queue_s: Limit = 1.0
    admission_first_audio_s: Limit = 5.0
    vad_engine: VadEngineName = "onnx"
    vad_rate: Annotated[int, msgspec.Meta(ge=8000, le=16_000)] = 8000
    vad_threshold: Fraction = 0.5
    vad_release: Fraction = 0.35
    barge_in_min_ms: Milliseconds = 64
    barge_in_level_dbfs: Annotated[float, msgspec.Meta(ge=-90.0, le=0.0)] = -34.0
    barge_in_sustained_ms: Milliseconds = 1200
    pause_ms: Milliseconds = 150
    preroll_ms: Milliseconds = 300
    endpoint_fast_ms: Milliseconds = 400
    endpoint_slow_ms: Milliseconds = 1800
    endpoint_open_ms: Milliseconds = 2500
    endpoint_score: Fraction = 0.5
    partial_words: bool = True
    greeting_interruptible: bool = True
    caller_silence_s: Seconds = 12.0
    filler_after_s: Annotated[float, msgspec.Meta(ge=0.0, le=60.0)] = 2.0
    reply_timeout_s: Seconds = 12.0
    turn_budget_s: Seconds = 2.5
    canary_interval_s: Interval = 300
    dial_prefixes: _Prefixes = ""
    dial_caller_ids: _Numbers = ""
    dial_hours: str = "mon-sat 09:00-20:00"
    dial_attempts: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 5
    dial_attempts_days: Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS)] = 7
    dial_distance_s: Interval = 600
    dial_budget: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 200
    sms_prefixes: _Prefixes = ""
    sms_others_per_call: PositiveInt = 2
    sms_others_per_day: PositiveInt = 5
    sms_others_in_all_per_day: PositiveInt = 100
    callback_attempts: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    callback_again_s: Annotated[float, msgspec.Meta(ge=60.0, le=21_600.0)] = 300.0
    campaign_reserve: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        if not _is_http_url(self.ari_url):
            raise SettingError("ARI_URL", f"must be like http://host:8088, not {self.ari_url!r}")
        if self.vad_rate not in (8000, 16_000):
            raise SettingError("VAD_RATE", f"must be 8000 or 16000, not {self.vad_rate}")
        # Speech would end where it has just begun, and flutter between the two.
        if self.vad_release > self.vad_threshold:
            raise SettingError("VAD_RELEASE", f"must not be above VAD_THRESHOLD ({self.vad_threshold})")
        if not self.pause_ms <= self.endpoint_fast_ms <= self.endpoint_slow_ms <= self.endpoint_open_ms:
            raise SettingError(
                "ENDPOINT_SLOW_MS",
                "PAUSE_MS, ENDPOINT_FAST_MS, ENDPOINT_SLOW_MS and ENDPOINT_OPEN_MS must not decrease",
            )
        try:
            Week.read(self.dial_hours)
        except ValueError as error:
            raise SettingError("DIAL_HOURS", str(error)) from error

    def switchboard(self) -> SwitchboardSettings:
        """The part that calls are taken with."""
        return SwitchboardSettings(
            ari_url=events_url(self.ari_url, self.own_app(), self.ari_user, self.ari_password),
            ari_app=self.own_app(),
            media=MediaAddress(self.own_host(), self.media_port, self.media_format),
            admission=self.admission(),
            limits=self.limits(),
            rules=self.rules(),
            max_call_s=self.max_call_s,
        )

    def limits(self) -> LimitSettings:
        """The part that says how many calls one caller may have."""
        return LimitSettings(
            per_caller=self.calls_per_caller,
            per_caller_minute=self.caller_calls_per_minute,
            per_source_s=self.source_calls_per_s,
            per_s=self.calls_per_s,
        )

    def texts(self) -> OtherNumbers:
        """The part that says to which other numbers callers may have texts sent."""
        per = (self.sms_others_per_call, self.sms_others_per_day, self.sms_others_in_all_per_day)
        return OtherNumbers(_listed(self.sms_prefixes), *per)

    def rules(self) -> Rules:
        """The part that says which calls may be made."""
        return Rules(
            prefixes=_listed(self.dial_prefixes),
            caller_ids=_listed(self.dial_caller_ids),
            hours=Week.read(self.dial_hours),
            attempts=self.dial_attempts,
            attempts_days=self.dial_attempts_days,
            distance_s=self.dial_distance_s,
            budget=self.dial_budget,
            reserve=self.campaign_reserve,
        )

    def retries(self) -> Retries:
        """The part that says how often somebody is called back who does not answer."""
        return Retries(self.callback_attempts, self.callback_again_s)

    def own_app(self) -> str:
        """Name of this gateway's ARI application: no other one has it, and the dialplan knows the first half."""
        return f"{self.ari_app}-{self.gateway_id}"

    def admission(self) -> AdmissionSettings:
        """The part that decides whether a call is taken."""
        return AdmissionSettings(
            max_calls=self.max_calls,
            tick_s=self.admission_tick_ms / 1000,
            stt_queue_s=self.admission_stt_queue_s,
            first_audio_s=self.admission_first_audio_s,
        )

    def detector(self) -> DetectorSettings:
        """The part that the speech detector needs."""
        return DetectorSettings(
            threshold=self.vad_threshold,
            release=self.vad_release,
            start_ms=self.barge_in_min_ms,
            over_agent_dbfs=self.barge_in_level_dbfs,
            sustain_ms=self.barge_in_sustained_ms,
            pause_ms=self.pause_ms,
            preroll_ms=self.preroll_ms,
        )

    def turns(self) -> TurnSettings:
        """The part that turn-taking needs."""
        return TurnSettings(
            endpoint=Silences(
                fast_s=self.endpoint_fast_ms / 1000,
                slow_s=self.endpoint_slow_ms / 1000,
                open_s=self.endpoint_open_ms / 1000,
                even=self.endpoint_score,
            ),
            greeting_interruptible=self.greeting_interruptible,
            partial_words=self.partial_words,
            caller_silence_s=self.caller_silence_s,
            filler_after_s=self.filler_after_s,
            reply_timeout_s=self.reply_timeout_s,
        )

    def own_host(self) -> str:
        """The IPv4 address to which Asterisk sends media: as set, or as the way to Asterisk leaves this host."""
        name = self.media_host or urlsplit(self.ari_url).hostname or ""
        try:
            address = socket.gethostbyname(name)
        except OSError as error:
            variable = "MEDIA_HOST" if self.media_host else "ARI_URL"
            raise SettingError(variable, f"no address of host {name!r}: {error.strerror}") from error
        if self.media_host:
            return address
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))  # sends nothing: it only chooses a route
            return str(probe.getsockname()[0])


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def _is_http_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets without an address in them, a port that is no number
        return False
