"""The gateway's settings: every wrong value is named."""

import pytest

from gateway.settings import GatewaySettings
from gateway.turns.end_of_turn import Silences
from parley.errors import SettingError
from parley.settings import load

NEEDED = {"REDIS_URL": "redis://redis:6379/0", "ARI_PASSWORD": "secret"}


def read(**environ: str) -> GatewaySettings:
    return load(GatewaySettings, {**NEEDED, **environ})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ARI_PASSWORD", ""),
        ("ARI_URL", "asterisk:8088"),
        ("ARI_URL", "ftp://asterisk"),
        ("ARI_URL", "http://"),
        ("ARI_URL", "http://:8088"),
        ("ARI_URL", "http://asterisk:port"),
        ("ARI_URL", "http://asterisk:99999"),
        ("ARI_URL", "http://asterisk:0"),
        ("ARI_URL", "http://[::"),
        ("MEDIA_PORT", "0"),
        ("MEDIA_PORT", "65536"),
        ("MEDIA_PORT", "rtp"),
        ("MEDIA_FORMAT", "g729"),
        ("MAX_CALLS", "0"),
        ("MAX_CALLS", "1001"),
        ("MAX_CALL_S", "0"),
        ("VAD_RATE", "7999"),
        ("VAD_RATE", "9000"),
        ("VAD_RATE", "16001"),
        ("VAD_THRESHOLD", "1.5"),
        ("VAD_THRESHOLD", "-0.1"),
        ("VAD_THRESHOLD", "nan"),
        ("VAD_RELEASE", "2"),
        ("VAD_RELEASE", "0.6"),
        ("BARGE_IN_MIN_MS", "-1"),
        ("BARGE_IN_LEVEL_DBFS", "3"),
        ("BARGE_IN_SUSTAINED_MS", "soon"),
        ("PAUSE_MS", "60001"),
        ("PREROLL_MS", "-5"),
        ("ENDPOINT_SLOW_MS", "100"),
        ("GREETING_INTERRUPTIBLE", "perhaps"),
        ("CALLER_SILENCE_S", "0"),
        ("CALLER_SILENCE_S", "inf"),
        ("REPLY_TIMEOUT_S", "0"),
        ("REPLY_TIMEOUT_S", "nan"),
        ("DIAL_PREFIXES", "49"),
        ("DIAL_PREFIXES", "+"),
        ("DIAL_CALLER_IDS", "TechStore"),
        ("DIAL_CALLER_IDS", "+49,"),
        ("DIAL_HOURS", "always"),
        ("DIAL_HOURS", "mon-sat 20:00-09:00"),
        ("DIAL_ATTEMPTS", "-1"),
        ("DIAL_ATTEMPTS_DAYS", "0"),
        ("DIAL_ATTEMPTS_DAYS", "91"),
        ("DIAL_DISTANCE_S", "-1"),
        ("DIAL_BUDGET", "many"),
        ("CALLBACK_ATTEMPTS", "0"),
        ("CALLBACK_AGAIN_S", "5"),
        ("CAMPAIGN_RESERVE", "-1"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^setting {variable}: ") as caught:
        read(**{variable: value})
    assert caught.value.variable == variable
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong", [{"PAUSE_MS": "500"}, {"ENDPOINT_FAST_MS": "2000"}, {"ENDPOINT_SLOW_MS": "300"}]
)
def test_endpoints_that_decrease_are_explained(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingError, match="must not decrease"):
        read(**wrong)


def test_defaults_are_good() -> None:
    settings = read()
    assert settings.gateway_id
    assert settings.media_format == "slin16"


def test_the_parts_are_made_of_the_settings() -> None:
    settings = read(
        PAUSE_MS="100",
        ENDPOINT_FAST_MS="200",
        ENDPOINT_SLOW_MS="300",
        ENDPOINT_OPEN_MS="400",
        ENDPOINT_SCORE="0.7",
        GREETING_INTERRUPTIBLE="false",
        CALLER_SILENCE_S="5",
        REPLY_TIMEOUT_S="6",
        BARGE_IN_MIN_MS="96",
        BARGE_IN_LEVEL_DBFS="-40",
        BARGE_IN_SUSTAINED_MS="700",
        PREROLL_MS="250",
        VAD_THRESHOLD="0.6",
        VAD_RELEASE="0.4",
    )
    turns = settings.turns()
    assert turns.endpoint == Silences(fast_s=0.2, slow_s=0.3, open_s=0.4, even=0.7)
    assert (turns.greeting_interruptible, turns.caller_silence_s, turns.reply_timeout_s) == (False, 5.0, 6.0)
    detector = settings.detector()
    assert (detector.threshold, detector.release, detector.pause_ms) == (0.6, 0.4, 100)
    assert detector.over_agent_dbfs == -40.0
    assert (detector.start_ms, detector.sustain_ms, detector.preroll_ms) == (96, 700, 250)


def test_the_rules_for_calls_are_those_of_the_settings() -> None:
    settings = read(DIAL_PREFIXES="+49, +43", DIAL_CALLER_IDS="100,+4930123", DIAL_HOURS="mon 09:00-10:00")
    rules = settings.rules()
    assert (rules.prefixes, rules.caller_ids) == (("+49", "+43"), ("100", "+4930123"))
    assert rules.hours.text == "mon 09:00-10:00"
    assert (rules.attempts, rules.attempts_days, rules.distance_s, rules.budget) == (5, 7, 600, 200)
    assert read().rules().prefixes == ()


def test_the_gateways_own_address() -> None:
    assert read(MEDIA_HOST="10.1.2.3").own_host() == "10.1.2.3"
    assert read(ARI_URL="http://127.0.0.1:8088").own_host() == "127.0.0.1"


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"MEDIA_HOST": "no.such.host.invalid"}, "MEDIA_HOST"),
        ({"ARI_URL": "http://no.such.host.invalid:8088"}, "ARI_URL"),
    ],
)
def test_a_host_without_an_address_is_named(environ: dict[str, str], variable: str) -> None:
    with pytest.raises(SettingError, match=f"^setting {variable}: no address of host 'no.such.host.invalid'"):
        read(**environ).own_host()
