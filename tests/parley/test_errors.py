"""The one tree of errors."""

from pathlib import Path

import pytest

from parley import errors
from parley.errors import (
    AgentFileError,
    AriError,
    EngineError,
    MessageError,
    ModelMissing,
    ParleyError,
    SettingError,
)

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]


def test_every_error_has_the_one_root_and_is_in_the_tree_of_the_docstring() -> None:
    assert len(KINDS) >= 7
    for kind in KINDS:
        assert issubclass(kind, ParleyError)
        assert kind.__name__ in (errors.__doc__ or "")
        assert kind.__doc__


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (SettingError("MEDIA_PORT", "is taken"), "setting MEDIA_PORT: is taken"),
        (AgentFileError(Path("a/agent.yaml"), "wrong", "voice", 3), "a/agent.yaml:3: voice: wrong"),
        (AgentFileError(Path("a/agent.yaml"), "wrong", "voice"), "a/agent.yaml: voice: wrong"),
        (AgentFileError(Path("a"), "no such file"), "a: no such file"),
        (
            ModelMissing("STT_MODEL", Path("/m/x")),
            "setting STT_MODEL: no model at /m/x; fetch it with `make models`",
        ),
        (EngineError("timeout", "10 s"), "timeout: 10 s"),
        (AriError("POST", "channels/1/answer", 404, "gone"), "POST channels/1/answer: 404: gone"),
        (AriError("POST", "channels/1/answer", 0, "lost"), "POST channels/1/answer: no answer: lost"),
        (MessageError("not one", "5-1"), "not one"),
    ],
)
def test_an_error_says_what_is_wrong_and_where(error: ParleyError, text: str) -> None:
    assert str(error) == text


def test_the_data_is_on_the_error() -> None:
    wrong = AgentFileError(Path("p"), "r", "f", 2)
    assert (wrong.path, wrong.reason, wrong.field, wrong.line) == (Path("p"), "r", "f", 2)
    refused = AriError("GET", "channels", 500, "d")
    assert (refused.method, refused.uri, refused.status, refused.detail) == ("GET", "channels", 500, "d")
    assert MessageError("r", "5-1").entry_id == "5-1"
