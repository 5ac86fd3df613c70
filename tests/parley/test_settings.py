"""Settings from environment variables."""

from typing import Annotated

import msgspec
import pytest

from parley.errors import SettingError
from parley.settings import Fraction, Port, Seconds, Settings, load, variable_names

URL = {"REDIS_URL": "redis://redis:6379/0"}


class Example(Settings, frozen=True, kw_only=True):
    key: str
    count: Annotated[int, msgspec.Meta(ge=1, le=9)] = 3
    wait_s: Seconds = 1.5
    share: Fraction = 0.5
    port: Port = 80
    on: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.key == "bad":
            raise SettingError("KEY", "must not be bad")


def read(**environ: str) -> Example:
    return load(Example, {**URL, "KEY": "k", **environ})


def test_defaults() -> None:
    settings = read()
    assert settings == Example(redis_url=URL["REDIS_URL"], key="k")
    assert (settings.log_level, settings.metrics_port, settings.models_dir) == ("info", 9100, "/models")


def test_values_are_converted() -> None:
    settings = read(COUNT="7", WAIT_S="2", SHARE="1", PORT="65535", ON="false", LOG_LEVEL="debug")
    assert (settings.count, settings.wait_s, settings.share, settings.port, settings.on) == (
        7,
        2.0,
        1.0,
        65535,
        False,
    )


@pytest.mark.parametrize("empty", ["", " ", "\t\n"])
def test_empty_is_unset(empty: str) -> None:
    assert read(COUNT=empty, LOG_LEVEL=empty).count == 3
    with pytest.raises(SettingError, match="setting KEY: is required"):
        read(KEY=empty)


def test_space_around_a_value_is_dropped() -> None:
    assert read(KEY=" k ", COUNT=" 4 ") == read(COUNT="4")


def test_other_variables_are_ignored() -> None:
    assert read(PATH="/bin", NONSENSE="1") == read()


@pytest.mark.parametrize("missing", ["REDIS_URL", "KEY"])
def test_a_missing_variable_is_named(missing: str) -> None:
    environ = {name: value for name, value in {**URL, "KEY": "k"}.items() if name != missing}
    with pytest.raises(SettingError, match=f"setting {missing}: is required and has no default") as caught:
        load(Example, environ)
    assert caught.value.variable == missing


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COUNT", "0"),
        ("COUNT", "10"),
        ("COUNT", "three"),
        ("COUNT", "3.5"),
        ("WAIT_S", "-1"),
        ("WAIT_S", "0"),
        ("WAIT_S", "nan"),
        ("WAIT_S", "inf"),
        ("WAIT_S", "soon"),
        ("SHARE", "1.1"),
        ("SHARE", "nan"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("ON", "perhaps"),
        ("LOG_LEVEL", "LOUD"),
        ("METRICS_PORT", "-1"),
        ("KEY", "bad"),
    ],
)
def test_a_wrong_value_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"setting {variable}: ") as caught:
        read(**{variable: value})
    assert caught.value.variable == variable
    if variable != "KEY":
        assert repr(value) in str(caught.value)


def test_what_is_no_number_is_told_in_plain_words() -> None:
    for variable, told in (("COUNT", "is no whole number"), ("WAIT_S", "is no number"), ("ON", "is neither")):
        with pytest.raises(SettingError, match=rf"^setting {variable}: {told}.*: 'abc'$"):
            read(**{variable: "abc"})


def test_the_variables_of_a_service() -> None:
    names = variable_names(Example)
    assert {"REDIS_URL", "LOG_LEVEL", "METRICS_PORT", "MODELS_DIR", "AGENTS_DIR", "KEY", "WAIT_S"} <= set(
        names
    )
