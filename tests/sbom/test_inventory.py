"""What images say of themselves."""

import subprocess
from pathlib import Path

import pytest

from sbom.inventory import Image, Package, parse

SCRIPT = Path(__file__).parents[2] / "scripts/inside/inventory"


def test_packages_belong_to_the_image_above_them() -> None:
    lines = [
        "image\tparley-agent:latest\tsha256:aa\n",
        "deb\tlibc6\t2.41-12\tamd64\n",
        "python\tPyYAML\t6.0.3\tMIT License\n",
        "npm\tjssip\t3.13.8\tMIT\n",
        "image\tparley-llm:latest\tsha256:bb\n",
    ]
    debian = Package("deb", "libc6", "2.41-12", architecture="amd64")
    python = Package("python", "pyyaml", "6.0.3", licence="MIT License")
    npm = Package("npm", "jssip", "3.13.8", licence="MIT")
    assert parse(lines) == [
        Image("parley-agent:latest", "sha256:aa", [debian, python, npm]),
        Image("parley-llm:latest", "sha256:bb", []),
    ]


@pytest.mark.parametrize("line", ["deb\tlibc6\t2.41-12\tamd64", "image\tx", "", "rpm\ta\tb\tc"])
def test_a_line_that_belongs_to_nothing_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 1: not of an inventory"):
        parse([line])


def test_an_image_tells_its_packages_of_debian_and_of_python() -> None:
    told = subprocess.run(["sh", SCRIPT], capture_output=True, text=True, check=True).stdout
    (image,) = parse([f"image\tparley-tests:latest\tsha256:{'0' * 64}", *told.splitlines()])
    found = {(package.kind, package.name): package for package in image.packages}
    assert found["deb", "libc6"].version
    assert found["python", "redis"].licence == "MIT"
    assert found["python", "phonenumbers"].version
