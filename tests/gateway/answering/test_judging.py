"""Who has answered, by when somebody speaks and pauses, by tones, and by words."""

from dataclasses import dataclass, field

import pytest

from gateway.answering.judging import DEFAULT, Judge, Kind
from parley.audio import FRAME_MS
from tests.gateway.answering.sounds import Samples, frames, quiet, tone, voice

FRAME_S = FRAME_MS / 1000


@dataclass
class Ear:
    """A judge, what it has thought, and when."""

    language: str = "en"
    now: float = 0.0
    history: list[tuple[float, Kind | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.judge = Judge(self.language)

    def hear(self, sound: Samples, *, speech: bool = False) -> "Ear":
        for frame in frames(sound):
            self.now += FRAME_S
            self.judge.hear(frame, speech=speech)
            if not self.history or self.history[-1][1] != self.judge.kind:
                self.history.append((self.now, self.judge.kind))
        return self

    def speech(self, seconds: float) -> "Ear":
        return self.hear(voice(seconds), speech=True)

    def pause(self, seconds: float) -> "Ear":
        return self.hear(quiet(seconds))

    def words(self, text: str) -> "Ear":
        self.judge.read(text)
        return self

    @property
    def told(self) -> tuple[Kind | None, bool]:
        """Who it is, and whether it is the agent's turn."""
        return self.judge.kind, self.judge.listens


def test_nothing_is_known_at_first_and_then_it_is_silence() -> None:
    ear = Ear().pause(1.9)
    assert ear.told == (None, False)
    assert ear.pause(0.2).told == ("silence", True)


def test_a_word_and_a_pause_are_a_person_within_a_second_and_a_half() -> None:
    ear = Ear().pause(0.5).speech(0.4)
    assert ear.told == (None, False)
    assert ear.pause(0.7).told == ("person", True)
    assert ear.history[-1][0] - 0.5 < 1.5


def test_who_goes_on_is_a_person_until_it_is_too_long_for_one() -> None:
    ear = Ear().speech(1.4)
    assert ear.told == ("person", False)
    assert ear.history[-1] == (pytest.approx(DEFAULT.person_s, abs=0.05), "person")
    assert ear.speech(5.0).told == ("person", False)
    assert ear.speech(1.5).told == ("voicemail", False)
    assert not ear.judge.is_sure


def test_a_long_greeting_waits_for_its_words() -> None:
    ear = Ear().speech(3.0).pause(DEFAULT.long_wait_s + 0.1)
    assert ear.told == ("person", False)
    assert ear.words("Smith and sons, good morning, this is Ann speaking.").told == ("person", True)


def test_words_that_come_late_take_back_what_the_length_told() -> None:
    ear = Ear().speech(DEFAULT.talk_s + 0.2).pause(DEFAULT.words_s + 0.1)
    assert ear.told == ("voicemail", False)
    assert ear.words("Garage Miller, my name is Ann, what can I do for you?").told == ("person", True)


def test_nobody_waits_for_ever_for_words_that_do_not_come() -> None:
    assert Ear().speech(3.0).pause(DEFAULT.words_s + 0.1).told == ("person", True)


def test_who_speaks_for_very_long_is_a_machine_whatever_it_says() -> None:
    ear = Ear()
    for _ in range(4):
        ear.speech(2.0).pause(0.4).words("And this is another sentence.")
    assert ear.told == ("voicemail", False)


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "Hi, I can't come to the phone right now.", "voicemail"),
        ("en", "Please leave a message after the tone.", "voicemail"),
        ("en", "At the tone, please record your message. Press 1 for more options.", "voicemail"),
        ("en", "Please state your name and the reason for your call.", "screening"),
        ("en", "For sales, press 1.", "menu"),
        ("en", "Hello, this is Jane.", "person"),
        ("en", "Smith and sons, you have reached Ann, how can I help you?", "person"),
        ("de", "Ich bin gerade nicht zu erreichen.", "voicemail"),
        ("de", "Bitte hinterlassen Sie mir eine Nachricht.", "voicemail"),
        ("de", "Bitte nennen Sie Ihren Namen und den Grund für Ihren Anruf.", "screening"),
        ("de", "Für den Verkauf drücken Sie die Eins.", "menu"),
        ("de", "Müller, guten Tag.", "person"),
        ("es", "Deje su mensaje después de la señal.", "voicemail"),
        ("es", "Para ventas, pulse 1.", "menu"),
        ("fr", "Veuillez laisser un message après le bip.", "voicemail"),
        ("fr", "Pour le service commercial, tapez 1.", "menu"),
        ("it", "Lasciate un messaggio dopo il segnale acustico.", "voicemail"),
        ("it", "Per le vendite, prema 1.", "menu"),
        ("en", "The number you have dialed is not in service.", "unobtainable"),
        ("de", "Kein Anschluss unter dieser Nummer.", "unobtainable"),
        ("es", "El número marcado no existe.", "unobtainable"),
        ("fr", "Le numéro demandé n'est pas attribué.", "unobtainable"),
        ("it", "Il numero chiamato è inesistente.", "unobtainable"),
        ("de", "Bitte haben Sie etwas Geduld.", "menu"),
    ],
)
def test_words_tell_what_it_is(language: str, text: str, kind: Kind) -> None:
    assert Ear(language).speech(1.5).pause(0.6).words(text).judge.kind == kind


def test_a_word_too_short_for_the_detector_is_somebodys() -> None:
    assert Ear().pause(0.5).words("Moin.").pause(0.7).told == ("person", True)
    assert Ear().pause(0.5).words("").pause(1.7).told == ("silence", True)


def test_who_asks_for_a_name_after_the_tone_gets_it_after_the_tone() -> None:
    ear = Ear().speech(2.0).pause(0.5).words("Please record your name after the tone.").pause(0.5)
    assert ear.told == ("screening", False)
    ear.hear(tone(0.4, 1000))
    assert ear.told == ("screening", False)
    assert ear.pause(0.35).told == ("screening", True)


def test_a_name_that_is_asked_for_after_a_tone_is_said_without_one_too() -> None:
    ear = Ear().speech(2.0).pause(0.5).words("Please record your name after the tone.")
    assert ear.pause(DEFAULT.asked_s - 0.6).told == ("screening", False)
    assert ear.pause(0.2).told == ("screening", True)


def test_the_beep_of_a_screening_is_not_that_of_the_voicemail_behind_it() -> None:
    ear = Ear().speech(2.0).pause(0.5).words("Please record your name after the tone.")
    ear.hear(tone(0.4, 1000)).pause(0.4).speech(2.0).pause(0.5).words("Please leave a message.")
    assert ear.told == ("voicemail", False)
    assert ear.hear(tone(0.4, 1000)).pause(0.4).told == ("voicemail", True)


def test_who_has_been_greeted_may_speak_of_numbers() -> None:
    ear = Ear().speech(0.4).pause(0.7)
    ear.judge.greeted()
    assert ear.speech(5.0).pause(0.6).words("My old number is not in service.").judge.kind == "person"


def test_a_screening_that_nobody_takes_becomes_a_voicemail_which_has_a_menu() -> None:
    ear = Ear().speech(2.0).pause(0.7).words("Please state your name.")
    assert ear.told == ("screening", True)
    assert (
        ear.speech(2.0).pause(0.6).words("Please leave a message after the tone.").judge.kind == "voicemail"
    )
    assert ear.speech(2.0).pause(0.6).words("Press 1 for more options.").judge.kind == "voicemail"


@pytest.mark.parametrize("hertz", [440.0, 850.0, 1000.0, 1400.0])
def test_a_beep_after_speech_is_a_voicemail_that_records(hertz: float) -> None:
    ear = Ear().speech(1.5).pause(0.7)
    assert ear.told == ("person", True)
    ear.hear(tone(0.4, hertz))
    assert ear.told[0] == "person"
    assert ear.pause(0.5).told == ("voicemail", True)


def test_a_tone_within_a_voice_is_a_vowel() -> None:
    ear = Ear().speech(1.5).hear(tone(0.3, 850)).speech(1.0).pause(0.7)
    assert ear.told == ("person", False)
    assert ear.words("Good morning, how can I help you?").pause(0.5).told == ("person", True)


def test_what_is_far_quieter_than_a_voice_is_behind_it() -> None:
    ear = Ear().speech(0.5)
    ear.hear(0.05 * voice(9.0), speech=True)
    assert ear.told == ("person", True)
    # A voice that is low throughout is one all the same.
    low = Ear().hear(0.05 * voice(0.5), speech=True)
    assert low.hear(0.02 * voice(8.0), speech=True).told == ("voicemail", False)


def test_the_first_words_of_a_machine_may_mislead() -> None:
    ear = Ear("de").speech(2.0).pause(0.5).words("Dieser Anschluss ist vorübergehend nicht erreichbar.")
    assert ear.judge.kind == "voicemail"
    said = "Dieser Anschluss ist nicht erreichbar. Die Rufnummer hat sich geändert. Diese Rufnummer ist nicht vergeben."
    assert ear.speech(2.0).pause(0.5).words(said).judge.kind == "unobtainable"
    assert ear.words("Bitte hinterlassen Sie eine Nachricht nach dem Ton.").judge.kind == "unobtainable"


def test_a_voicemail_without_a_beep_records_when_it_is_silent_for_long() -> None:
    ear = Ear().speech(3.0).pause(0.6).words("Please leave a message.")
    assert ear.told == ("voicemail", False)
    assert ear.pause(DEFAULT.beepless_s).told == ("voicemail", True)


@pytest.mark.parametrize(
    ("sound", "kind"),
    [
        (tone(0.6, 2100), "fax"),
        (tone(0.5, 1100), "fax"),
        (tone(1.0, 425), None),
        (tone(1.5, 440, 480), None),
        (tone(0.4, 1000), "voicemail"),
    ],
    ids=["CED", "CNG", "ringing", "ringing in America", "a beep and nothing else"],
)
def test_tones_before_anybody_has_spoken(sound: Samples, kind: Kind | None) -> None:
    assert Ear().pause(0.1).hear(sound).pause(0.35).judge.kind == kind


def test_special_information_is_no_beep() -> None:
    ear = Ear().hear(tone(0.33, 950)).hear(tone(0.33, 1400)).hear(tone(0.33, 1800)).pause(0.4)
    assert ear.told == ("unobtainable", True)


def test_what_is_taken_for_speech_while_a_tone_sounds_is_none() -> None:
    assert Ear().hear(tone(1.0, 425), speech=True).pause(1.2).judge.kind == "silence"
    assert Ear().hear(tone(3.9, 425), speech=True).judge.kind == "silence"


def test_a_machine_that_talks_on_over_the_greeting_is_found_out() -> None:
    ear = Ear().speech(0.8).pause(0.7)
    ear.judge.greeted()
    assert ear.speech(2.0).pause(0.5).words("I'm not available right now.").judge.kind == "voicemail"


def test_who_has_been_greeted_may_talk_and_say_that_somebody_is_away() -> None:
    ear = Ear().speech(0.4).pause(0.7)
    ear.judge.greeted()
    assert ear.speech(8.0).pause(1.1).told == ("person", True)
    assert ear.words("She is not available right now.").judge.kind == "person"
    assert ear.words("Please leave a message after the tone.").judge.kind == "voicemail"
