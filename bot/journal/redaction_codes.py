"""Numbers that are known by the words before them, such as "my MRN is", or by their form."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from bot.journal.redaction_text import Anchored
from bot.journal.redaction_words import STATES

if TYPE_CHECKING:
    from bot.journal.redaction_text import Text

_LONG = 6
"""Digits of the shortest code that is known by its digits alone."""


def without_introduced(text: Text) -> Text:
    """Replace the numbers that words introduce."""
    if text.has_digits:
        for kind, pattern in (*_INTRODUCED, *_ZIPS):
            text = text.sub(pattern, rf"\g<before>[{kind}]")
    return text


def without_codes(text: Text) -> Text:
    """Replace the numbers that have a form of their own."""
    if text.has_digits:
        for kind, form in _FORMS:
            if form is not _LONG_CODE or any(stop - start >= _LONG for start, stop in text.numbers):
                text = text.sub(form, f"[{kind}]")
    return text


_IS = r"(?:is|are|was|it['’]?s|es|son|in|ending|ends|with|terminada|termina|en|please|would be)"
_ID = r"(?:numbers?|num|nr|no|nº|n°|id|ids|identification|code|card|digits|número|numero|clave|tag)"
_FILL = rf"(?:[\s:=#.,(\"-]{{1,3}}(?:{_IS}|{_ID})(?!\w)){{0,4}}[\s:=#.,(\"'-]{{0,3}}"
_NEEDS_ID = (
    rf"(?:[\s:=#.-]{{1,3}}{_IS}(?!\w)){{0,1}}(?:[\s:=#.-]{{0,3}}(?:{_ID}(?!\w)|\#|:))"
    rf"(?:[\s:=#.,(\"-]{{1,3}}(?:{_IS}|{_ID})(?!\w)){{0,3}}[\s:=#.,(\"'-]{{0,3}}"
)
_VALUE = (
    r"(?=[^\W\d_]{0,6}[-.]?[^\W\d_]{0,3}\d|(?-i:[A-Z]{2,6})\s\d)(?:[^\W\d_]{1,6}[-.\s])?[^\W_]{1,24}+"
    r"(?:[-./][^\W_]{1,12}+|\s(?=\d)[\d]{2,12}[^\W\d_]?(?!\w)){0,5}+"
)
_LONG_VALUE = rf"(?=(?:[^\W\d_]{{0,4}}[-.\s]?){{0,1}}(?:\d[^\W\d_]{{0,3}}[-.\s]?){{5}}){_VALUE}"
_LAST_FOUR = (
    r"(?:last\s(?:four|4)(?:\s(?:digits|numbers))?(?:\s(?:of|for))?(?:\s(?:my|the|his|her))?\s)"
)

_RECORD = (
    r"(?:mrn|m\.r\.n\.?|medical\srecord|(?:patient|chart|record|hospital)"
    rf"(?=[\s:#.]{{1,2}}(?:{_ID}(?!\w)|\#))|expediente|historia\scl[íi]nica)"
)
_INSURER = (
    r"(?:insurance|member(?:ship)?|policy|subscriber|group|plan|medicare|medicaid|mbi|hicn|beneficiary"
    r"|aetna|cigna|humana|anthem|kaiser|tricare|bcbs|blue\s(?:cross|shield)|united\s?health(?:care)?"
    r"|nhs|p[óo]liza|seguro|afiliad[oa]|nss)"
)
_ACCOUNT = (
    r"(?:account|acct|cuenta|iban|routing|confirmation|reference|case|claim|order|invoice|ticket"
    r"|serial|device|passport|pasaporte|vin|licen[cs]e(?:\splate)?|plate|matr[íi]cula|dni|nie|curp"
    r"|nif|employee|student|tax|voucher|booking|authorization|referral|imei|badge)"
)
_CARD = r"(?:card|visa|master\s?card|amex|american\sexpress|discover|tarjeta|debit|credit)"
_CARDS = "card visa master amex american discover tarjeta debit credit"
_INSURERS = (
    "insurance member policy subscriber group plan medicare medicaid mbi hicn beneficiary aetna"
    " cigna humana anthem kaiser tricare bcbs blue united nhs póliza poliza seguro afiliado nss"
)
_ACCOUNTS = (
    "account acct cuenta iban routing confirmation reference case claim order invoice ticket serial"
    " device passport pasaporte vin license plate matrícula matricula dni nie curp nif employee"
    " student tax voucher booking authorization referral imei badge"
)
"""What introducers begin with."""


_INTRODUCED = tuple(
    (kind, Anchored.at(begins, rf"(?P<before>(?<!\w){introducer}){value}"))
    for kind, begins, introducer, value in (
        ("ssn", "last", rf"{_LAST_FOUR}(?:ssn|social(?:\ssecurity)?){_FILL}", r"\d{4}(?!\d)"),
        ("ssn", "ssn s ss social",
         rf"(?:ssn|s\.s\.n\.?|ss\s?\#|social(?:\ssecurity)?(?!\smedia)){_FILL}",
         r"(?:\d[\s.-]{0,3}){8}\d(?!\d)"),
        ("ssn", "ssn ss social", rf"(?:ssn|ss\s?\#|social\ssecurity){_NEEDS_ID}",
         r"\d{4,}(?:[-\s]\d{2,4}){0,2}"),
        ("ssn", "social",
         r"social(?:\ssecurity)?(?:\snumber)?\s(?:is|(?:ends|ending)(?:\s(?:in|with))?)\s",
         r"\d{4,9}(?!\d)"),
        ("card", _CARDS, rf"{_CARD}{_FILL}", r"(?:\d[\s.-]{0,3}){11,18}\d(?!\d)"),
        ("card", _CARDS,
         rf"{_CARD}\s(?:(?:number|no\.?)\s)?(?:that\s)?(?:ending|ends|terminada|termina"
         r"|last\s(?:four|4))(?:\s(?:in|with|en|are|is))?[\s:]{1,2}", r"\d{4}(?!\d)"),
        ("card", "cvv cvc security",
         r"(?:cvv2?|cvc|security\scode)(?:\s(?:is|es))?[\s:]{1,2}", r"\d{3,4}(?!\d)"),
        ("mrn", "mrn m medical patient chart record hospital expediente historia",
         rf"{_RECORD}{_FILL}", _VALUE),
        ("insurance", _INSURERS, rf"{_INSURER}{_NEEDS_ID}", _VALUE),
        ("insurance", _INSURERS, rf"{_INSURER}(?:\s(?:is|es))?[\s:]{{1,2}}", _LONG_VALUE),
        ("number", _ACCOUNTS, rf"{_ACCOUNT}{_NEEDS_ID}", _VALUE),
        ("number", _ACCOUNTS, rf"{_ACCOUNT}(?:\s(?:is|es))?[\s:\#]{{1,2}}",
         r"(?:[A-Za-z]{1,3}[-\s])?(?=(?:[^\W\d_]{0,8}-?\d){3})"
         r"(?=(?:[^\W_]-?){5})[^\W_]{1,24}+(?:-[^\W_]{1,12}+){0,4}+"),
        ("number", "pin password passcode contraseña",
         r"(?:pin|password|passcode|contraseña)(?:\s(?:is|es|number|code)){0,2}[\s:]{1,2}",
         r"(?=[^\W_]{0,12}\d)[^\W_]{4,24}+"),
    )
)  # fmt: skip
_LIKE_DIGITS = " ".join(map("".join, product("oil", repeat=3)))
"""What three letters are that stand for digits."""
_MBI = (
    r"[1-9][AC-HJ-NP-RT-Y][AC-HJ-NP-RT-Y\d]\d-?[AC-HJ-NP-RT-Y][AC-HJ-NP-RT-Y\d]\d-?"
    r"[AC-HJ-NP-RT-Y]{2}\d{2}"
)
_LONG_CODE = re.compile(r"(?<![\w-])[A-Z]{1,5}-?\d{6,}+[A-Z]{0,3}(?![\w])", re.IGNORECASE)
_FORMS = (
    ("insurance", Anchored.at("A0", rf"(?<!\w){_MBI}(?!\w)")),
    ("number", _LONG_CODE),
    ("number", Anchored.at("A0",
        r"(?<![\w-])(?=[A-Z0-9]{8})(?=(?:[A-Z]{0,8}\d){4})(?=(?:\d{0,12}[A-Z]){2})"
        r"[A-Z0-9]{8,24}+(?!\w)", re.NOFLAG)),
    ("phone", Anchored.at(f"0 A0 {_LIKE_DIGITS}",
        r"(?<!\w)(?=(?:\D{0,3}\d){5})(?=[\d .-]{0,11}[OoIl])[\dOoIl]{3}[ .-]"
        r"[\dOoIl]{3}[ .-][\dOoIl]{4}(?!\w)", re.NOFLAG)),
    ("ssn", Anchored(
        re.compile(r"(?<![\d.+-])\d{3}([\s.-]|\s-\s)\d{2}\1\d{4}(?![\d-])"),
        lambda text: [start for start, stop in text.numbers if stop - start == 3])),
    ("zip", Anchored.at("A0",
        r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]?\s\d(?!MG|ML|MM|CM|AM|PM)[ABD-HJLNP-UW-Z]{2}(?!\w)",
        re.NOFLAG)),
)  # fmt: skip
_FIVE = r"\d{5}(?:[\s-]\d{4})?(?![\w/-]|[\s.,]\d|\s(?:dollars|bucks|people|patients|units))"
_STATES = (
    "ak al ar az ca co ct dc de fl ga hi ia id il in ks ky la ma md me mi mn mo ms mt nc nd ne nh"
    " nj nm nv ny oh ok or pa pr ri sc sd tn tx ut va vt wa wi wv wy"
)
_ZIPS = (
    ("zip", Anchored.at("zip postal código codigo cp c",
        rf"(?P<before>(?<!\w)(?:zip|postal|c[óo]digo\spostal|c\.?p\.?){_FILL})"
        r"\d{5}(?:[\s-]?\d{4})?(?!\d)")),
    ("zip", Anchored.at(_STATES, rf"(?P<before>(?<!\w){STATES},?\s){_FIVE}", re.NOFLAG)),
    ("zip", Anchored.at("in near from around at to live area town",
        rf"(?P<before>(?<!\w)(?:in|near|from|around|at|to|live|area|town)\s){_FIVE}")),
)  # fmt: skip
