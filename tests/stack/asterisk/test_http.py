# What the gateway and Prometheus see of the running Asterisk: ARI and metrics, on the inside.
import base64
import json
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest

pytestmark = pytest.mark.stack

BASE = os.environ.get("ARI_URL", "http://asterisk:8088")
CODECS = ["codec_ulaw.so", "codec_alaw.so", "codec_g722.so", "codec_opus_open_source.so", "codec_resample.so"]


def get(path: str, user: str | None = None, password: str = "", method: str = "GET") -> tuple[int, str]:
    request = urllib.request.Request(BASE + path, method=method)
    if user is not None:
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {login}")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def ari(path: str, method: str = "GET") -> Any:
    user, password = os.environ.get("ARI_USER", "parley"), os.environ["ARI_PASSWORD"]
    status, body = get(f"/ari{path}", user, password, method)
    assert status in (200, 204), body
    return json.loads(body or "null")


def test_ari_is_closed_without_a_password() -> None:
    assert get("/ari/asterisk/info")[0] == 401
    assert get("/ari/asterisk/info", os.environ.get("ARI_USER", "parley"), "wrong")[0] == 401


def test_ari_answers_with_its_password() -> None:
    assert ari("/asterisk/info")["system"]["version"].startswith("22.")


def test_the_version_is_a_metric() -> None:
    status, body = get("/metrics")
    assert status == 200
    assert re.search(r'^asterisk_core_properties\{.*version="22\.', body, re.MULTILINE)


@pytest.mark.parametrize(
    "module",
    [
        *CODECS,
        "chan_rtp.so",
        "res_rtp_l16_receive.so",
        "res_rtp_continuity.so",
        "res_pjsip_jitter.so",
        "res_pjsip_key_source.so",
        "res_pjsip_retry_after.so",
        "res_pjsip_rtp_rebind.so",
        "res_pjsip_sdp_address.so",
        "res_prometheus.so",
        "res_tls_metrics.so",
    ],
)
def test_module_runs(module: str) -> None:
    assert ari(f"/asterisk/modules/{module}")["status"] == "Running"


def test_only_what_modules_conf_names_is_loaded() -> None:
    loaded = {module["name"] for module in ari("/asterisk/modules")}
    assert not loaded & {"app_system.so", "res_agi.so", "func_shell.so", "chan_iax2.so", "pbx_spool.so"}


def test_the_dialplan_tells_how_many_of_a_queue_are_free() -> None:
    ari("/asterisk/variable?variable=READY_sales", "POST")
    way = "endpoint=Local/sales@queue-ready/n&context=queue-ready&extension=s&priority=1&timeout=5"
    ari(f"/channels?{way}", "POST")
    for _ in range(100):
        if told := ari("/asterisk/variable?variable=READY_sales")["value"]:
            break
        time.sleep(0.05)
    assert told.isdecimal()


def test_users_are_configured() -> None:
    names = {endpoint["resource"] for endpoint in ari("/endpoints/PJSIP")}
    assert {"1000", "1001", "1002"} <= names


def test_metrics_are_served() -> None:
    status, body = get("/metrics")
    assert status == 200
    assert re.search(r"(?m)^asterisk_channels_count\S* \d+", body)


def test_it_is_told_until_when_the_certificate_is_good() -> None:
    told = re.findall(r"(?m)^parley_tls_certificate_expires_timestamp_seconds (\d+)$", get("/metrics")[1])
    assert [int(when) > time.time() for when in told] == [True]


def test_nothing_else_is_served() -> None:
    assert get("/httpstatus")[0] == 404
    assert get("/static/index.html")[0] == 404
