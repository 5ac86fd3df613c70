"""Words that every sentence has and that tell nothing about what it is about."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP_WORDS = {
    "en": _set(
        "a an and or but the of to in on at for from by with as is are was were be been am do does did done "
        "have has had i you he she it we they me him her us them my your his its our their this that these "
        "those there here one what which who whom whose when where why how can could will would shall should "
        "may might must much many if then than so too also just about into over up out no yes please thanks "
        "thank tell know like want need any some very get got i'm i'd i've i'll it's you're what's that's "
        "there's don't can't isn't aren't doesn't didn't won't let give say ask hello hi okay ok um uh well "
        "hey"
    ),
    "de": _set(
        "der die das den dem des ein eine einen einem einer eines und oder aber ist sind war waren sein bin "
        "bist habe hast hat haben ich du er sie es wir ihr mich mir dich dir uns euch mein dein ihre ihren "
        "ihrem unser in im an am auf für von vom zu zum zur mit bei aus als auch nicht kein keine wie was wer "
        "wo wann warum welche welcher welches kann können könnte muss darf soll will möchte bitte danke ja "
        "nein hier da dort dann so sehr man sich wird werden hallo gibt"
    ),
}
"""By language; a language that is not here has none."""

COURTESY = {
    "en": "happy glad sorry help assist available offer please moment certainly sure great good question today "
    "anything else further information let provide visit contact call ask our yes no not course yeah unfortunately "
    "until between before after during while still all each per only",
    "de": "gern gerne helfen bitte natürlich leider verfügbar anbieten heute weitere frage fragen klar ja nein nicht "
    "kein bis zwischen vor nach während noch alle jede jeder pro nur",
}
"""Words of an answer that state nothing, by language."""

TELLING = {
    "en": "price cost costs charge pay paid set back take takes cheaper cheap dearer expensive less more "
    "difference than both together total best better rate amount bit quite around about even however while "
    "instead either option need must should would allow possible usual usually anything everything thing "
    "way once again back "
    "welcome",
    "de": "preis kosten kostet zahlen bezahlen günstiger billiger teurer teuer weniger mehr unterschied als beide "
    "zusammen insgesamt besser beste betrag ungefähr etwa jedoch dagegen stattdessen möglich üblich normalerweise",
}
"""Words in which an answer tells what a fact says in others, by language."""
