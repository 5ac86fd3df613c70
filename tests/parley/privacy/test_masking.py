"""What is masked of events and of lines of the log."""

import pytest

from parley.bus import Bus
from parley.errors import SettingError
from parley.privacy import masking
from parley.privacy.masking import Masks, kinds_of
from tests.parley.test_log import lines

NUMBER = "+49 30 901820"


def test_the_words_of_an_event_are_masked_and_its_caller_is_not() -> None:
    data = {"text": f"Call {NUMBER}.", "caller": NUMBER, "agent": "shop", "turn": 1, "seconds": 0.5}
    assert Masks(kinds_of("all")).event(data) == data | {"text": "Call [telephone]."}
    message = {"agent": "shop", "name": "Ann Smith", "number": NUMBER, "message": "My name is Ann Smith."}
    assert Masks(kinds_of("all")).event(message) == message


def test_a_kind_that_there_is_not_is_named() -> None:
    assert kinds_of("") == ()
    with pytest.raises(SettingError, match=r"MASK: there is no kind 'phone'; there are email, iban, card"):
        kinds_of("card,phone")


def test_lines_of_the_log_are_masked_but_for_what_is_the_systems_own() -> None:
    first, second, third = lines(
        "from parley.privacy import masking\n"
        "masking.configure(masking.kinds_of('all'))\n"
        "logger.info('call arrived', call='1732287000.7', caller='493090182000', text='Call +49 30 901820.')\n"
        "logger.info('call arrived', call='0170 1234567', caller='1001', number=7)\n"
        "logging.warning('called from +49 30 901820')\n"
    )
    assert (first["call"], first["caller"], first["text"]) == (
        "1732287000.7",
        "[telephone]",
        "Call [telephone].",
    )
    assert (second["call"], second["caller"], second["number"]) == ("0170 1234567", "1001", 7)
    assert (first["event"], first["service"], first["module"]) == ("call arrived", "stt", "worker")
    assert third["event"] == "called from [telephone]"


async def test_what_the_bus_is_told_is_masked_and_the_history_is_whole(bus: Bus) -> None:
    masking.configure(kinds_of("all"))
    try:
        await bus.emit("caller_said", "c1", text=f"Call {NUMBER}.", agent="shop")
        await bus.add_history("c1", "user", f"Call {NUMBER}.")
    finally:
        masking.configure(())
    ((_, event),) = await bus.events("0")
    assert event.data == {"text": "Call [telephone].", "agent": "shop"}
    assert await bus.history("c1") == [{"role": "user", "text": f"Call {NUMBER}."}]


def test_without_the_setting_nothing_is_masked() -> None:
    line = {"event": "x", "caller": NUMBER}
    assert Masks().line(None, "info", dict(line)) == line
