"""What `make update` says."""

from datetime import UTC, datetime
from typing import Any

from sbom.changes import changes
from sbom.document import document
from sbom.inventory import Image, Package


def listed(**images: dict[str, str]) -> dict[str, Any]:
    found = [
        Image(
            f"parley-{name}:latest",
            "sha256:" + "0" * 64,
            [Package("deb", *item, "amd64") for item in packages.items()],
        )
        for name, packages in images.items()
    ]
    return document(found, [], {}, "0.1.0", datetime(2026, 11, 28, tzinfo=UTC))


def test_a_package_that_changed_is_said_once_with_all_its_images() -> None:
    before = listed(stt={"libc6": "1", "tar": "1"}, agent={"libc6": "1"}, llm={"libc6": "2"})
    after = listed(stt={"libc6": "2", "tar": "1"}, agent={"libc6": "2"}, llm={"libc6": "2"})
    assert changes(before, after) == ["libc6  1 -> 2  (parley-agent, parley-stt)"]


def test_what_came_and_what_went_is_said() -> None:
    before, after = listed(stt={"gone": "1"}), listed(stt={"come": "2"})
    assert changes(before, after) == ["come  - -> 2  (parley-stt)", "gone  1 -> -  (parley-stt)"]


def test_nothing_changed_is_nothing_to_say() -> None:
    assert changes(listed(stt={"a": "1"}), listed(stt={"a": "1"})) == []


def test_an_image_that_was_not_there_before_is_no_change() -> None:
    assert changes(listed(stt={"a": "1"}), listed(stt={"a": "1"}, agent={"a": "1"})) == []
