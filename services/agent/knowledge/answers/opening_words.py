"""Words of questions about opening hours and of their answers, by language."""

from collections.abc import Mapping
from dataclasses import dataclass

WEEKDAYS = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "de": ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
}
MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
        "Dezember",
    ),
}  # fmt: skip
DAY_WORDS = {
    "en": (
        (r"\bday after tomorrow\b", 2),
        (r"\btomorrow\b", 1),
        (r"\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b", 0),
    ),
    "de": (
        (r"\bübermorgen\b", 2),
        (r"\bmorgen\b(?! früh um\b)", 1),
        (r"\bheute\b", 0),
    ),
}
NOW = {
    "en": r"\bnow\b|\bat the moment\b|\bcurrently\b|\bstill open\b|\balready open\b|\bat this time\b",
    "de": r"\b(?:jetzt|gerade|im moment|momentan)\b|\b(?:noch|schon) (?:offen|geöffnet|auf)\b",
}
LATE = {
    "en": r"\bp\.?m\b|\bafternoon\b|\bevening\b|\btonight\b|\bat night\b",
    "de": r"\bnachmittags?\b|\babends?\b|\bam abend\b",
}


@dataclass(frozen=True, slots=True)
class Feast:
    """A day that has a name."""

    pattern: str
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Clock:
    """How a time of day is said."""

    pattern: str
    """Groups `hour`, `minute` and `half`."""
    early: str
    """Tells that the hour is one of the morning."""
    hours: Mapping[str, int]
    parts: Mapping[str, int]
    """Minutes that "half past" adds to the hour; "halb" and "quarter to" take from it."""


FEASTS = {
    "en": (
        Feast(r"\bchristmas eve\b", 12, 24),
        Feast(r"\bchristmas day\b|\bon christmas\b|\bat christmas\b", 12, 25),
        Feast(r"\bboxing day\b", 12, 26),
        Feast(r"\bnew year'?s eve\b", 12, 31),
        Feast(r"\bnew year'?s day\b|\bon new year'?s?\b", 1, 1),
    ),
    "de": (
        Feast(r"\bheilig(?:en )?abend\b|\bheiligabend\b", 12, 24),
        Feast(r"\bersten? weihnachts(?:feier)?tag\b|\ban weihnachten\b", 12, 25),
        Feast(r"\bzweiten? weihnachts(?:feier)?tag\b", 12, 26),
        Feast(r"\bsilvester\b", 12, 31),
        Feast(r"\bneujahr\b", 1, 1),
    ),
}
DATE = {
    "en": (
        rf"\b(?P<month>{'|'.join(MONTHS['en'])}) (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{'|'.join(MONTHS['en'])})\b",
    ),
    "de": (rf"\b(?P<day>\d{{1,2}})\.? (?P<month>{'|'.join(MONTHS['de'])})\b",),
}
_EN_HOURS = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_DE_HOURS = (
    "eins",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
)
CLOCK = {
    "en": Clock(
        r"\b(?:at|around|about|by|before|after|until|till|past|to)\s+"
        r"(?:(?P<half>half past|quarter past|quarter to)\s+)?"
        rf"(?P<hour>\d{{1,2}}|{'|'.join(_EN_HOURS)})(?::(?P<minute>\d\d))?\b(?!\s*(?:days?|hours?|minutes?|weeks?))",
        r"\ba\.?m\b|\bmorning\b",
        {name: hour for hour, name in enumerate(_EN_HOURS, 1)},
        {"half past": 30, "quarter past": 15, "quarter to": -15},
    ),
    "de": Clock(
        r"\b(?:um|gegen|bis|nach|vor|ab)\s+(?:(?P<half>halb|viertel nach|viertel vor)\s+)?"
        rf"(?P<hour>\d{{1,2}}|{'|'.join(_DE_HOURS)})(?:(?::| uhr )(?P<minute>\d\d))?\b(?!\s*(?:tage|stunden|minuten))",
        r"\bmorgens\b|\bfrüh\b|\bvormittags?\b",
        {name: hour for hour, name in enumerate(_DE_HOURS, 1)} | {"ein": 1},
        {"halb": -30, "viertel nach": 15, "viertel vor": -15},
    ),
}
ABOUT_HOURS = {
    "en": (
        r"\b(?:open|opens|opened|opening|close|closes|closed|closing|shut|shuts|hours)\b"
        r"|\b(?:anybody|anyone|somebody|someone|you) there\b"
        r"|\b(?:come|drop|stop|pop|call) (?:by|in|round|over)\b|\bif i come\b|\bdo you (?:start|work)\b"
    ),
    "de": (
        r"\b(?:offen|geöffnet|öffnen|öffnet|auf|aufhaben|geschlossen|schließen|schließt|zu|öffnungszeiten|sprechzeiten"
        r"|erreichbar|vorbeikommen|jemand da)\b"
    ),
}
"""What makes a question one about opening hours."""
WE = {
    "en": r"\b(?:you|i|anybody|anyone|somebody|someone)\b|\byour (?:opening |business )?(?:hours|times)\b",
    "de": r"\bsie\b|\bihr\b|\bihre öffnungszeiten\b|\bjemand\b|\bich\b|\bman\b",
}
CLOSES = {
    "en": r"\bclos(?:e|es|ing)\b|\bshuts?\b|\b(?:until|till) (?:what|when)\b|\bhow (?:late|long)\b",
    "de": r"\bschließ\w*\b|\bbis wann\b|\bwie lange\b|\bmach\w* .*\bzu\b",
}
OPENS = {
    "en": r"\b(?:when|what time|how early)\b(?:(?!\bare\b).)*\b(?:open|opens|start)\b|\bfrom when\b",
    "de": r"\bab wann\b|\bwann (?:öffnen|öffnet|machen .* auf|fangen)\b",
}
UNTIL = {
    "en": r"\bhow (?:long|much time|many (?:minutes|hours))\b.*\b(?:until|till|before|left|do i have)\b",
    "de": r"\bwie lange (?:noch|dauert|habe ich)\b",
}
LEFTOVERS = {
    "en": (
        "open close shut hour time day today tomorrow tonight now moment still morning afternoon evening night "
        "weekend week monday tuesday wednesday thursday friday saturday sunday christmas eve new year boxing half "
        "past quarter early late long come came visit drop make start stay work reach find anybody anyone "
        "somebody someone person people wonder wondering possible possibly perhaps maybe current currently "
        "business usual usually normal normally regular actually chance hope hoping check ask quick sorry bother "
        "around later earlier next this exactly place mind sure before after until thanks coming free then answer "
        "able guess suppose silly left minutes already"
    ),
    "de": (
        "offen geöffnet öffnen öffnet öffnungszeiten geschlossen schließen schließt zu auf uhr zeit tag heute "
        "morgen übermorgen jetzt gerade moment noch schon früh vormittag nachmittag abend nacht wochenende woche "
        "montag dienstag mittwoch donnerstag freitag samstag sonntag weihnachten heiligabend silvester neujahr "
        "halb viertel spät lange kommen vorbei vorbeikommen jemand erreichen erreichbar eigentlich vielleicht "
        "normalerweise gern gerne fragen wissen sagen mal wollte würde machen"
    ),
}
"""Words that such a question may have; others must not be of the knowledge, or something else is meant."""
SAID = {
    "en": {
        "yes": "Yes, {day} we are open until {end}.",
        "yes_hours": "Yes, {day} we are open {spans}.",
        "no_closed": "No, {day} we are closed.",
        "closed": "{Day} we are closed.",
        "no_again": "No, we are closed at the moment. We open again {again}.",
        "no_closes": "No, {day} we close at {end}.",
        "no_opens": "No, {day} we open at {start}.",
        "no_between": "No, {day} we are open {spans}.",
        "hours": "{Day} we are open {spans}.",
        "closes": "{Day} we close at {end}.",
        "opens": "{Day} we open at {start}.",
        "left": "We close at {end}, in {left}.",
        "week": "We are open {days}.",
        "today": "today", "tomorrow": "tomorrow", "on": "on {weekday}", "on_date": "on {weekday}, {month} {number}",
        "span": "from {start} to {end}", "to": "{first} to {last}", "and": "and", "at": "{day} at {start}",
        "hour": "{n} hour", "hours_n": "{n} hours", "minute": "{n} minute", "minutes_n": "{n} minutes",
    },
    "de": {
        "yes": "Ja, {day} haben wir bis {end} geöffnet.",
        "yes_hours": "Ja, {day} haben wir {spans} geöffnet.",
        "no_closed": "Nein, {day} haben wir geschlossen.",
        "closed": "{Day} haben wir geschlossen.",
        "no_again": "Nein, im Moment haben wir geschlossen. Wir öffnen wieder {again}.",
        "no_closes": "Nein, {day} schließen wir um {end}.",
        "no_opens": "Nein, {day} öffnen wir um {start}.",
        "no_between": "Nein, {day} haben wir {spans} geöffnet.",
        "hours": "{Day} haben wir {spans} geöffnet.",
        "closes": "{Day} schließen wir um {end}.",
        "opens": "{Day} öffnen wir um {start}.",
        "left": "Wir schließen um {end}, in {left}.",
        "week": "Wir haben {days} geöffnet.",
        "today": "heute", "tomorrow": "morgen", "on": "am {weekday}", "on_date": "am {weekday}, dem {number}. {month},",
        "span": "von {start} bis {end}", "to": "{first} bis {last}", "and": "und", "at": "{day} um {start}",
        "hour": "{n} Stunde", "hours_n": "{n} Stunden", "minute": "{n} Minute", "minutes_n": "{n} Minuten",
    },
}  # fmt: skip
