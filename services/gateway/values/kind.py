"""A kind of value that callers are asked for: what is understood of keys and words, and how it is said again. Pure."""

from dataclasses import dataclass

from gateway.values.meant import beside_yes


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood, together with what was told before; empty: nothing."""

    value: str
    whole: bool = True
    """Whether it is right as it stands; more of it may be told otherwise."""
    either: tuple[str, ...] = ()
    """All that may be meant, where that is more than one value: the likeliest first, which is `value`."""


NOTHING = Reading("", whole=False)


class Kind:
    """The root of the kinds. A value is a text, as it is kept until it has been confirmed."""

    keys = 0
    """Keys after which it is whole, without one that ends it; 0: it is not typed."""
    spelled = False
    """Whether somebody who is not understood may spell it."""
    loose = False
    """Whether nearly any words may be one, as names are."""

    def __init__(self, language: str) -> None:
        """`language`: ISO 639-1 code of the one that it is told in."""
        self._language = language

    @property
    def expected(self) -> tuple[str, ...]:
        """Words that are likely to be said, for the recogniser; nothing where they could be any."""
        return ()

    def typed(self, keys: str) -> Reading:
        """What the keys mean, once they are at their end."""
        return NOTHING

    def said(self, so_far: str, text: str) -> Reading:
        """What words mean, after what has been told before."""
        raise NotImplementedError

    def corrected(self, value: str, text: str) -> Reading:
        """What a value is after a correction; by default the caller says all of it anew."""
        return self.said("", text)

    def agreed(self, value: str, text: str) -> Reading:
        """What a value is after a yes: another one, where the yes carries one ("yes, Wednesday"); nothing where it is a
        yes, be it that it says the same again.
        """
        beside = beside_yes(text, self._language)
        return _other_than(value, self.beside(value, beside)) if beside else NOTHING

    def beside(self, value: str, text: str) -> Reading:
        """What words beside a yes make of a value; nothing, or the same, where they are only words."""
        return NOTHING

    def picked(self, either: tuple[str, ...], text: str) -> Reading:
        """What the words mean of somebody who was asked which of several values is meant."""
        return self.said("", text)

    def denied(self, value: str) -> Reading:
        """What a value is after a mere no; nothing where there are more than two."""
        return NOTHING

    def spoken(self, value: str) -> str:
        """The value, or what there is of it, as it is read back."""
        return value

    def result(self, value: str) -> str:
        """What of it is kept in the end: in the standard form of its kind."""
        return value

    def secrets(self, value: str) -> tuple[str, ...]:
        """Every form in which the value is told of, for who has to mask it."""
        return tuple(dict.fromkeys((self.spoken(value), value, self.result(value))))


def _other_than(value: str, reading: Reading) -> Reading:
    """A reading, where it is surely another value; nothing where it is the same, or only may be."""
    same = value in (reading.value, *reading.either)
    return NOTHING if same or not (reading.whole or reading.either) else reading
