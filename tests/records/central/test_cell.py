import pytest

from parley.errors import SettingError
from records.central.cell import check, reachable

URL = "postgresql://parley:secret@db.example/parley"


def test_one_cell_alone_needs_no_name() -> None:
    check("", "")
    check("", "berlin")
    check(URL, "berlin-2")


@pytest.mark.parametrize(
    ("url", "name", "variable"),
    [
        (URL, "", "CELL_NAME"),
        (URL, "all", "CELL_NAME"),
        ("", "a b", "CELL_NAME"),
        (URL, "a" * 41, "CELL_NAME"),
        ("mysql://parley:secret@db/parley", "a", "DATABASE_URL"),
    ],
)
def test_what_is_wrong_is_named_and_no_password_shown(url: str, name: str, variable: str) -> None:
    with pytest.raises(SettingError) as caught:
        check(url, name)
    assert caught.value.variable == variable
    assert "secret" not in str(caught.value)


def test_a_console_of_its_own_machine_alone_is_no_address_for_others() -> None:
    assert reachable("https://berlin.example/") == "https://berlin.example"
    assert [reachable(url) for url in ("", "http://127.0.0.1:8443", "http://localhost:8443")] == [""] * 3
