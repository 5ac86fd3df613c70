import pytest

from parley.outside.endpoints import MOST_OF_URL, Endpoint, new_secret


def endpoint(**fields: object) -> Endpoint:
    return Endpoint(**{"name": "crm", "url": "https://crm.example/hook", "secret": new_secret(), **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url", ["https://crm.example", "http://10.0.0.5:8080/hook?key=a%20b", "https://a:65535/", "http://crm/"]
)
def test_addresses_of_http_are_taken(url: str) -> None:
    assert endpoint(url=url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "ftp://crm.example/",
        "crm.example",
        "http://",
        "http://user:secret@crm.example/",
        "http://crm.example:0/",
        "http://crm.example:65536/",
        "http://crm.example/a b",
        "http://crm.example/\nHost: other",
        "http://crm.example/ä",
        "http://crm.example/" + MOST_OF_URL * "a",
    ],
)
def test_anything_else_is_refused_by_the_name_of_its_field(url: str) -> None:
    with pytest.raises(ValueError, match=r"^url"):
        endpoint(url=url)


def test_names_and_events_are_checked_and_a_secret_is_shown_nowhere() -> None:
    with pytest.raises(ValueError, match=r"^name"):
        endpoint(name="../crm")
    with pytest.raises(ValueError, match=r"^events.*'call.begun'"):
        endpoint(events=("call.begun",))
    assert endpoint().secret not in repr(endpoint())


def test_who_wants_what() -> None:
    some = endpoint(events=("call.ended", "alert"), agents=("shop",))
    assert some.wants("call.ended", "shop")
    assert not some.wants("call.started", "shop")
    assert not some.wants("call.ended", "clinic")
    assert some.wants("alert", "")
    assert some.wants("test", "")
    assert endpoint().wants("transfer.failed", "clinic")
