"""Check digits and check characters, as each issuing agency computes them.

Sources: GS1 General Specifications 7.9, ANSI/HIBC 2.6 appendix B, ISBT 128 ST-001 appendix A
(ISO/IEC 7064 MOD 37-2), IFA "Check Digit Calculations" (PPN and PZN), ISO 13616 (IBAN).
"""

from __future__ import annotations

_MOD43 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_MOD37 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CSET32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_PAIR = 2


def digital(text: str) -> bool:
    """Whether it is ASCII digits and nothing else, at least one."""
    return text.isascii() and text.isdigit()


def check_digit(digits: str) -> str:
    """The mod-10 check digit GS1 puts after these digits."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Whether the last of these ASCII digits is the check digit of those before."""
    return digital(digits) and len(digits) > 1 and check_digit(digits[:-1]) == digits[-1]


def check_pair(text: str) -> str:
    """The two check characters GS1 puts after a Global Model Number of at most 23 characters.

    ValueError for a character that is not in GS1's set of 82, or for a longer text.
    """
    weighed = zip(reversed(text), _PRIMES[: len(text)], strict=True)
    total = sum(_CSET82.index(character) * prime for character, prime in weighed) % 1021
    return _CSET32[total >> 5] + _CSET32[total & 31]


def has_check_pair(text: str) -> bool:
    """Whether it ends in its check pair (AI 8013 and 8014)."""
    if not _PAIR < len(text) <= len(_PRIMES) + _PAIR or set(text) - set(_CSET82):
        return False
    return check_pair(text[:-_PAIR]) == text[-_PAIR:]


def mod43(text: str) -> str:
    """HIBC's check character of this text; ValueError for a character outside its 43."""
    return _MOD43[sum(map(_MOD43.index, text)) % 43]


def mod37_2(text: str) -> str:
    """ISBT 128's check character (ISO/IEC 7064 MOD 37-2), of digits and capital letters.

    ValueError for another character.
    """
    rest = 0
    for character in text:
        rest = (rest + _MOD37.index(character, 0, 36)) * 2 % 37
    return _MOD37[(38 - rest) % 37]


def mod37_2_value(text: str) -> int:
    """The same as a number from 0 to 36, as type 3 flags of a donation number carry it."""
    return _MOD37.index(mod37_2(text))


def ppn_digits(text: str) -> str:
    """IFA's two check digits of a PPN without them: code points weighed from 2 up, modulo 97."""
    total = sum(weight * ord(character) for weight, character in enumerate(text, 2))
    return f"{total % 97:02d}"


def has_pzn_digit(digits: str) -> bool:
    """Whether a PZN of 8 digits ends in its check digit (weights 1 to 7, modulo 11)."""
    total = sum(weight * int(digit) for weight, digit in enumerate(digits[:-1], 1))
    return total % 11 == int(digits[-1])


def is_iban(text: str) -> bool:
    """Whether the check digits of an IBAN of digits and capitals hold; not whether it exists."""
    moved = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
