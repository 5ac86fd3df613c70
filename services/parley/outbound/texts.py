"""Whether a text may go to another number than the one that a caller calls from. Pure."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
"""Numbers that texts reach, and whose texts cost what a text costs; the second where a country tells them not apart."""


@dataclass(frozen=True, slots=True)
class OtherNumbers:
    """What the operator has set; see .env.example."""

    prefixes: tuple[str, ...] = ()
    """Beginnings of the numbers that texts may go to; none: they go to no other number."""
    per_call: int = 2
    per_day: int = 5
    """Of one caller's."""
    in_all: int = 100
    """Of all callers' in a day: numbers of callers can be made up."""

    def may_have(self, number: str) -> bool:
        """Whether a number in E.164 may be sent one."""
        if not self.prefixes or not number.startswith(self.prefixes):
            return False
        try:
            parsed = phonenumbers.parse(number, None)
        except NumberParseException:
            return False
        # As +490151...: it would reach the same telephone, and stand on no list.
        written_so = phonenumbers.format_number(parsed, PhoneNumberFormat.E164) == number
        return written_so and phonenumbers.number_type(parsed) in _MOBILE


NOBODY = OtherNumbers()
"""Texts go to no other number."""
