"""Built-in words of what is spoken, in some languages; an agent may say everything otherwise.

In a line, `{target}` is the name of the people a call is given to, `{position}` a place in a queue, and `{company}` the
agent's own.
"""

from typing import Literal

LineName = Literal[
    "connecting",
    "unavailable",
    "offer_wait",
    "offer_voicemail",
    "offer_agent",
    "waiting",
    "declined",
    "no_person",
    "back_to_agent",
    "go_on",
    "voicemail",
    "voicemail_thanks",
    "wrong_key",
    "summary_accept",
    "busy",
    "overflow",
    "too_long",
    "take_your_time",
]

TextName = Literal["farewell", "apology", "prompt", "filler", "unknown", "closed", "announcement"]
"""Texts that have a field of their own."""

PLACEHOLDERS = ("target", "position", "company")

_EN: dict[LineName, str] = {
    "connecting": "One moment, I am connecting you with {target}.",
    "unavailable": "I am sorry, {target} cannot take your call right now.",
    "offer_wait": "Press 1 or say wait, and you keep your place until somebody is free.",
    "offer_voicemail": "Press 2 or say message to leave a message.",
    "offer_agent": "Press 3 or say go on to go on with me.",
    "waiting": "You are number {position} in the queue.",
    "declined": "I am sorry, nobody could take your call.",
    "no_person": "I am sorry, there is nobody I could connect you with.",
    "back_to_agent": "I am still here. How else can I help you?",
    "go_on": "Go ahead. What can I do for you?",
    "voicemail": "Please leave your message after the tone, and hang up when you are done.",
    "voicemail_thanks": "Thank you. Your message has been saved.",
    "wrong_key": "That is not one of the choices.",
    "summary_accept": "Press 1 to take the call, or 2 to decline.",
    "busy": "I am sorry, all lines are busy. Please call again later.",
    "overflow": "I am sorry, all lines are busy at the moment.",
    "too_long": "I am sorry, this call has reached its maximum length.",
    "take_your_time": "Take your time. I will wait.",
}

_DE: dict[LineName, str] = {
    "connecting": "Einen Moment bitte, ich verbinde Sie mit {target}.",
    "unavailable": "Es tut mir leid, {target} ist gerade nicht erreichbar.",
    "offer_wait": "Drücken Sie die 1 oder sagen Sie warten, um in der Leitung zu bleiben.",
    "offer_voicemail": "Drücken Sie die 2 oder sagen Sie Nachricht, um eine Nachricht zu hinterlassen.",
    "offer_agent": "Drücken Sie die 3 oder sagen Sie weiter, um mit mir weiterzusprechen.",
    "waiting": "Sie sind Nummer {position} in der Warteschlange.",
    "declined": "Es tut mir leid, niemand konnte Ihren Anruf annehmen.",
    "no_person": "Es tut mir leid, ich kann Sie mit niemandem verbinden.",
    "back_to_agent": "Ich bin noch da. Wie kann ich Ihnen sonst helfen?",
    "go_on": "Was kann ich für Sie tun?",
    "voicemail": "Bitte sprechen Sie nach dem Ton, und legen Sie auf, wenn Sie fertig sind.",
    "voicemail_thanks": "Danke. Ihre Nachricht ist gespeichert.",
    "wrong_key": "Diese Auswahl gibt es nicht.",
    "summary_accept": "Drücken Sie die 1, um den Anruf anzunehmen, oder die 2, um abzulehnen.",
    "busy": "Es tut mir leid, alle Leitungen sind belegt. Bitte rufen Sie später wieder an.",
    "overflow": "Es tut mir leid, im Moment sind alle Leitungen belegt.",
    "too_long": "Es tut mir leid, dieser Anruf hat seine längste Dauer erreicht.",
    "take_your_time": "Lassen Sie sich Zeit. Ich warte.",
}

LINES: dict[str, dict[LineName, str]] = {"en": _EN, "de": _DE}
"""Lines of call control, by language and name; `lines` in agent.yaml replaces them."""

TEXTS: dict[str, dict[TextName, str]] = {
    "en": {
        "farewell": "Thank you for calling. Goodbye!",
        "apology": "I am sorry, something went wrong. Could you say that again?",
        "prompt": "Are you still there?",
        "filler": "One moment, please.",
        "unknown": "I am sorry, I do not know that. Would you like to speak to a person?",
        "closed": "Thank you for calling. We are closed at the moment.",
        "announcement": "This call is recorded.",
    },
    "de": {
        "farewell": "Danke für Ihren Anruf. Auf Wiederhören!",
        "apology": "Es tut mir leid, da ist etwas schiefgegangen. Können Sie das wiederholen?",
        "prompt": "Sind Sie noch da?",
        "filler": "Einen Moment, bitte.",
        "unknown": "Das weiß ich leider nicht. Möchten Sie mit einem Menschen sprechen?",
        "closed": "Danke für Ihren Anruf. Wir haben gerade geschlossen.",
        "announcement": "Dieser Anruf wird aufgezeichnet.",
    },
}
"""Defaults of fields, by language and name."""
