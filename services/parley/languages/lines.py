"""Names of the built-in lines, which every language has."""

from typing import Literal

LineName = Literal[
    "connecting",
    "unavailable",
    "offer_wait",
    "offer_voicemail",
    "offer_agent",
    "offer_callback",
    "waiting",
    "declined",
    "no_person",
    "back_to_agent",
    "offer_person",
    "anything_else",
    "go_on",
    "voicemail",
    "voicemail_thanks",
    "write_message",
    "nobody_free",
    "wrong_key",
    "summary_accept",
    "busy",
    "overflow",
    "too_long",
    "take_your_time",
    "limited",
    "interrupted",
    "say_again",
    "typed",
    "read_back",
    "not_got",
    "which_one",
    "spell_it",
    "spelled",
    "text_stopped",
    "text_started",
    "text_help",
    "text_offer",
    "text_sent",
    "text_unwanted",
    "text_no_number",
    "text_away",
    "text_choose",
    "text_which",
    "text_confirm",
    "text_sent_there",
    "text_not_there",
    "text_limit",
    "no_more_calls",
    "no_calls_number",
    "callback_hint",
    "callback_kept",
    "callback_offer",
    "callback_agreed",
    "callback_when",
    "callback_hours",
    "callback_no_number",
    "callback_greeting",
    "chat_calling",
    "chat_call_me",
    "chat_call_then",
    "chat_call_kept",
    "chat_greeting",
    "calling",
    "listened",
    "taken_over",
]
"""Lines of call control; `lines` in agent.yaml replaces them."""

TextName = Literal[
    "farewell", "apology", "prompt", "filler", "unknown", "closed", "announcement", "confirm", "fallback"
]
"""Lines that have a field of their own in agent.yaml."""

PLACEHOLDERS = ("target", "position", "company", "digits", "value", "words", "letters")
"""In a line, `{target}` is the name of the people a call is given to, or of a text that is sent, `{position}` a place
in a queue, `{company}` the agent's own, `{digits}` what was told so far, `{value}` all of it, and `{words}` are spelled
with `{letters}`, or come before the last `{value}` of several."""
