"""The clinic's own facts, from `clinic.md`. What is empty stays unset, never invented."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.content.grammar import near_name
from bot.models import Clinic, Level, Problem

if TYPE_CHECKING:
    from bot.content.document import Document, Field

COUNTRIES = ("US", "UK", "EU", "MX")
"""Countries whose emergency and crisis numbers are known."""
LANGUAGES = {
    "arabic": "ar", "chinese": "zh", "english": "en", "french": "fr", "german": "de",
    "haitian creole": "ht", "hindi": "hi", "italian": "it", "japanese": "ja", "korean": "ko",
    "polish": "pl", "portuguese": "pt", "russian": "ru", "spanish": "es", "tagalog": "tl",
    "ukrainian": "uk", "vietnamese": "vi", "español": "es",
}  # fmt: skip
"""Languages by name; any other one is written as its two-letter code (ISO 639-1)."""

_PHONE = re.compile(r"\+?[\d(][\d ()./-]{1,30}(?: ?(?:ext\.?|x) ?\d{1,6})?")
_CODE = re.compile(r"[a-z]{2}")
_LINK = re.compile(r"https://[^\s/]+\.[^\s]+")
_EXPECTED = ("name", "phone", "website", "hours", "country")


def read_clinic(document: Document) -> tuple[Clinic, list[Problem]]:
    """Return the clinic's facts and what is wrong with them."""
    return _ClinicReader(document).read()


def unset_facts(clinic: Clinic, path: str) -> list[Problem]:
    """Return one warning that names all facts that are not set yet; nothing if all are."""
    missing = [name for name in _EXPECTED if getattr(clinic, name) is None]
    if not missing:
        return []
    listed = ", ".join(missing[:-1]) + " and " * (len(missing) > 1) + missing[-1]
    verb = "are" if len(missing) > 1 else "is"
    return [
        Problem(
            path,
            0,
            f"The clinic's {listed} {verb} not set yet.",
            f"Write {'them' if len(missing) > 1 else 'it'} behind the colon in clinic.md. Until"
            " then, replies do without.",
            Level.WARNING,
        )
    ]


class _ClinicReader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def read(self) -> tuple[Clinic, list[Problem]]:
        """Read every field; a field with a problem counts as unset."""
        if self.document.sections:
            self._sections()
        clinic = Clinic(
            name=self._value("Name"),
            phone=self._phone(),
            website=self._link("Website"),
            hours=self._link("Hours"),
            country=self._country(),
            languages=self._languages(),
        )
        return clinic, self.problems

    def _value(self, name: str) -> str | None:
        field = self.document.fields.get(name)
        return field.value or None if field else None

    def _phone(self) -> str | None:
        phone = self._value("Phone")
        if phone is None or _PHONE.fullmatch(phone):
            return phone
        self._wrong("Phone", "is not a phone number", "Write one number, such as +1 555 010 0200.")
        return None

    def _link(self, name: str) -> str | None:
        link = self._value(name)
        if link is None or _LINK.fullmatch(link):
            return link
        bare = re.sub(r"^(?:https?:)?/{0,2}", "", link)
        good = f"https://{bare}" if _LINK.fullmatch(f"https://{bare}") else "https://example.org/"
        self._wrong(name, "is not a link that can be used", f"Write the whole address: {good}")
        return None

    def _country(self) -> str | None:
        country = self._value("Country")
        code = (country or "").replace(".", "").upper()
        if country is None or code in COUNTRIES:
            return code or None
        self._wrong(
            "Country",
            "is not a country whose emergency numbers are known",
            f"Write one of {', '.join(COUNTRIES)}.",
        )
        return None

    def _languages(self) -> tuple[str, ...]:
        names = [part.strip() for part in (self._value("Languages") or "").split(",")]
        codes = [self._language(name) for name in names if name]
        return tuple(dict.fromkeys(code for code in codes if code)) or Clinic().languages

    def _language(self, name: str) -> str | None:
        typed = name.casefold()
        code = LANGUAGES.get(typed) or (typed if _CODE.fullmatch(typed) else None)
        if code is None:
            near = near_name(name, [known.title() for known in LANGUAGES])
            self._wrong(
                "Languages",
                f'holds "{name}", which is not a known language',
                f'Did you mean "{near}"?' if near else 'Write its two-letter code, such as "es".',
                name,
            )
        return code

    def _wrong(self, name: str, reason: str, fix: str, part: str = "") -> None:
        field: Field = self.document.fields[name]
        said = f'"{field.value}" {reason}.' if not part else f"This line {reason}."
        text = self.document.source.lines[field.line - 1]
        column = text.find(part, field.column - 1) + 1 if part else field.column
        self.problems.append(
            self.document.source.problem(field.line, said, fix, column=max(1, column))
        )

    def _sections(self) -> None:
        self.problems.append(
            self.document.source.problem(
                self.document.sections[0].line,
                "clinic.md holds facts only, no questions.",
                "Move this heading and the text below it to a topic file.",
            )
        )
