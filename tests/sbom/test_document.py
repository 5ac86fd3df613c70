"""The list of components is one that tools for such lists read."""

import json
from datetime import UTC, datetime

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from models.catalogue import MODELS
from sbom.document import document
from sbom.inventory import Image, Package

DIGEST = "ab" * 32
ASTERISK = Package("deb", "asterisk", "1:22.10.1~dfsg+~cs6.15-1", architecture="amd64")
REDIS = Package("python", "redis", "6.4.0", licence="MIT")
IMAGES = [
    Image("parley-asterisk:latest", f"sha256:{DIGEST}", [ASTERISK]),
    Image("parley-agent:latest", f"sha256:{'cd' * 32}", [REDIS]),
    Image("parley-stt:latest", f"sha256:{'ef' * 32}", [REDIS]),
]
FOUND = document(IMAGES, MODELS, {("redis", "6.4.0"): (DIGEST,)}, "0.1.0", datetime(2026, 11, 28, tzinfo=UTC))


def test_it_is_what_the_schema_says() -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(FOUND)) is None


def test_a_package_of_two_images_stands_there_once_and_both_name_it() -> None:
    (redis,) = [component for component in FOUND["components"] if component["name"] == "redis"]
    depends = {entry["ref"]: entry.get("dependsOn") for entry in FOUND["dependencies"]}
    assert depends["image:parley-agent:latest"] == depends["image:parley-stt:latest"] == [redis["purl"]]
    assert redis["externalReferences"][0]["hashes"] == [{"alg": "SHA-256", "content": DIGEST}]
    assert redis["licenses"] == [{"license": {"name": "MIT"}}]


def test_an_address_can_be_read_back() -> None:
    (asterisk,) = [component for component in FOUND["components"] if component["name"] == "asterisk"]
    assert asterisk["purl"] == "pkg:deb/debian/asterisk@1:22.10.1~dfsg%2B~cs6.15-1?arch=amd64"


def test_a_model_has_its_licence_and_the_digest_of_each_file() -> None:
    found = {c["name"]: c for c in FOUND["components"] if c["type"] == "machine-learning-model"}
    for model in MODELS:
        component = found[model.folder]
        assert component["licenses"] == [{"license": {"id": model.licence}}]
        assert [file["hashes"][0]["content"] for file in component["components"]] == [
            file.sha256 for file in model.files
        ]
