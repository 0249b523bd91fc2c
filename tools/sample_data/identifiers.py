"""Registration, tax, bank and article numbers with right check digits."""

from __future__ import annotations

from random import Random

from tools.sample_data.chance import digits


def weighted(number: str, weights: tuple[int, ...]) -> int:
    """Return the sum of digits times weights."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True))


def inn(dice: Random, region: str, *, person: bool) -> str:
    """Return an INN of that tax region: 10 digits for an organisation, 12 for a person (order MMV-7-6/435)."""
    if not person:
        body = region + digits(dice, 7)
        return body + str(weighted(body, (2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)
    body = region + digits(dice, 8)
    body += str(weighted(body, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)
    return body + str(weighted(body, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)


def ogrn(dice: Random, region: str, year: int, *, person: bool) -> str:
    """Return an OGRN of 13 digits, or an OGRNIP of 15: the rest of a division, its last digit."""
    length, divisor = (14, 13) if person else (12, 11)
    body = ("3" if person else "1") + f"{year % 100:02d}" + region
    body += digits(dice, length - len(body))
    return body + str(int(body) % divisor % 10)


def okpo(dice: Random) -> str:
    """Return an OKPO of 8 digits (weights 1 to 7, then 3 to 9)."""
    body = digits(dice, 7)
    rest = weighted(body, (1, 2, 3, 4, 5, 6, 7)) % 11
    return body + str(rest if rest < 10 else weighted(body, (3, 4, 5, 6, 7, 8, 9)) % 11 % 10)


def bin_no(dice: Random, year: int) -> str:
    """Return a Kazakh BIN: year and month of registration, kind, serial, check digit."""
    while True:
        body = f"{year % 100:02d}{dice.randint(1, 12):02d}40" + digits(dice, 5)
        rest = weighted(body, tuple(range(1, 12))) % 11
        rest = rest if rest < 10 else weighted(body, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
        if rest < 10:
            return body + str(rest)


def unp(dice: Random) -> str:
    """Return a Belarusian UNP of 9 digits."""
    while True:
        body = dice.choice("1234567") + digits(dice, 7)
        rest = weighted(body, (29, 23, 19, 13, 7, 5, 3, 2)) % 11
        if rest < 10:
            return body + str(rest)


def nip(dice: Random) -> str:
    """Return a Polish NIP of 10 digits."""
    while True:
        body = digits(dice, 9)
        rest = weighted(body, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11
        if rest < 10:
            return body + str(rest)


def regon(dice: Random) -> str:
    """Return a Polish REGON of 9 digits."""
    body = digits(dice, 8)
    return body + str(weighted(body, (8, 9, 2, 3, 4, 5, 6, 7)) % 11 % 10)


def german_vat(dice: Random) -> str:
    """Return a German VAT number (ISO 7064, MOD 11,10)."""
    body, product = digits(dice, 8), 10
    for digit in body:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return f"DE{body}{(11 - product) % 10}"


def austrian_vat(dice: Random) -> str:
    """Return an Austrian VAT number."""
    body = digits(dice, 7)
    doubled = [sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(body)]
    return f"ATU{body}{(6 - sum(doubled)) % 10}"


def swiss_vat(dice: Random) -> str:
    """Return a Swiss enterprise number."""
    while True:
        body = digits(dice, 8)
        check = -weighted(body, (5, 4, 3, 2, 7, 6, 5, 4)) % 11
        if check < 10:
            return f"CHE{body}{check}"


def irish_vat(dice: Random) -> str:
    """Return an Irish VAT number."""
    body = digits(dice, 7)
    return f"IE{body}{'WABCDEFGHIJKLMNOPQRSTUV'[weighted(body, (8, 7, 6, 5, 4, 3, 2)) % 23]}"


def british_vat(dice: Random) -> str:
    """Return a British VAT number (modulus 97)."""
    body = digits(dice, 7)
    return f"GB{body}{97 - weighted(body, (8, 7, 6, 5, 4, 3, 2)) % 97:02d}"


def iban(dice: Random, country: str) -> str:
    """Return an IBAN (ISO 13616) of an invented bank."""
    letters = {"GB": "KRTK", "IE": "KRTK", "BY": "KRTK3012"}.get(country, "")
    lengths = {"DE": 18, "PL": 24, "GB": 14, "AT": 16, "CH": 17, "IE": 14, "KZ": 16, "BY": 16}
    body = letters + digits(dice, lengths[country])
    number = "".join(str(int(sign, 36)) for sign in f"{body}{country}00")
    return f"{country}{98 - int(number) % 97:02d}{body}"


def _with_key(account: str, before: str) -> str:
    """Put the right key digit into the ninth place of a Russian account (weights 7, 1, 3)."""
    weights = (7, 1, 3) * 7 + (7, 1)
    total = weighted(before + account, weights)
    return account[:8] + str(total * 3 % 10) + account[9:]


def russian_account(dice: Random, bik: str, *, person: bool) -> str:
    """Return a settlement account of 20 digits at the bank of that BIK."""
    kind = "40802810" if person else "40702810"
    return _with_key(f"{kind}0{digits(dice, 4).zfill(4)}{digits(dice, 7)}", bik[-3:])


def correspondent_account(bik: str) -> str:
    """Return the bank's own account with the central bank."""
    return _with_key(f"30101810000000000{bik[-3:]}", f"0{bik[4:6]}")


def ean13(dice: Random) -> str:
    """Return an article number of the range kept for use inside a firm."""
    body = "2" + digits(dice, 11)
    return body + str(-weighted(body, (1, 3) * 6) % 10)
