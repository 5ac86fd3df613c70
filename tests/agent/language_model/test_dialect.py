import pytest

from agent.language_model.dialect import QUIET, THOUGHT_TOKENS, Dialect

REQUEST = {"model": "m", "temperature": 0.0, "stream_options": {"include_usage": True}}


def test_at_first_every_server_is_asked_in_the_old_way() -> None:
    assert Dialect().body(REQUEST, 120) == REQUEST | {"max_tokens": 120}


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'",
            REQUEST | {"max_completion_tokens": 120},
        ),
        (
            "'temperature' does not support 0.0 with this model. Only the default (1) value is supported.",
            {"model": "m", "stream_options": {"include_usage": True}, "max_tokens": 120},
        ),
        (
            '{"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"]}]}',
            {"model": "m", "temperature": 0.0, "max_tokens": 120},
        ),
    ],
)
def test_what_is_refused_is_asked_otherwise(refusal: str, expected: dict[str, object]) -> None:
    learned = Dialect().without(refusal)
    assert learned is not None
    assert learned.body(REQUEST, 120) == expected


def test_a_refusal_of_something_else_is_final() -> None:
    assert Dialect().without("the model `m` does not exist") is None


def test_each_way_to_switch_reasoning_off_is_tried_until_one_helps() -> None:
    dialect, asked = Dialect(), []
    for _ in QUIET[1:]:
        dialect = dialect.reasoned()
        asked.append(set(dialect.body(REQUEST, 120)) - set(REQUEST) - {"max_tokens"})
    assert asked == [
        {"chat_template_kwargs"},
        {"reasoning_effort"},
        {"reasoning_effort"},
        {"reasoning_effort"},
    ]


def test_a_way_that_is_refused_is_left() -> None:
    refused = Dialect().reasoned().without("Unrecognized request argument supplied: chat_template_kwargs")
    assert refused is not None
    assert refused.body(REQUEST, 120)["reasoning_effort"] == "none"


def test_a_model_that_cannot_be_kept_from_it_gets_room_for_its_thoughts() -> None:
    dialect = Dialect(limit="max_completion_tokens", quiet=len(QUIET) - 1)
    assert dialect.reasoned().body(REQUEST, 120)["max_completion_tokens"] == 120 + THOUGHT_TOKENS
    assert dialect.reasoned().reasoned() == dialect.reasoned()
    refused = dialect.without("Unrecognized request argument supplied: reasoning_effort")
    assert refused is not None
    assert refused.body(REQUEST, 120).keys() == REQUEST.keys() | {"max_completion_tokens"}


def test_a_limit_that_the_thoughts_reached_is_raised() -> None:
    learned = Dialect(limit="max_completion_tokens").without(
        "Could not finish the message because max_tokens or model output limit was reached."
    )
    assert learned is not None
    assert learned.body(REQUEST, 1)["max_completion_tokens"] == 1 + THOUGHT_TOKENS
