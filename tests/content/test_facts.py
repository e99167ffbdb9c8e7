"""The shipped FAQ says what the clinic's two documents say: no less, and no more.

`facts.tsv` has one row per fact: its key, the fact in our words, document and section, a pattern
that the plain answer must match, and the entries that state it.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from bot.content import Loaded, load
from bot.models import Entry, Kind
from bot.text import plain

FAQ = Path(__file__).parents[2] / "faq"
WRITTEN = date(2026, 11, 20)

SECTIONS = {
    "botox-treatment-page": {
        '"Conditions It Treats"',
        '"Procedure Description"',
        '"How Does It Help"',
        '"Procedure Benefits"',
        '"How Long Does It Take"',
        '"What Are the Expected Results"',
        '"If It Doesn\'t Help, What Is Next"',
        '"Is This Treatment Right for Me"',
    },
    "botox-muscle-contractility": {
        "introduction",
        '"Muscle Relaxation"',
        '"Pain Relief"',
        '"Improved Functionality"',
        '"Management of Spasticity"',
        # Its heading calls injections non-invasive, its text minimally invasive. Patients see
        # the source under an answer, so the section is named by its number.
        "section 5 (outpatient treatment)",
        '"Customized Treatment"',
        '"Long-lasting Effects"',
        '"Minimal Side Effects"',
        '"Adjunct to Therapy"',
    },
}
CONDITIONS = {
    "muscle-spasms": "muscle spasms",
    "migraine": "chronic migraine",
    "cervical-dystonia": "cervical dystonia",
    "dystonia": "dystonia",
    "chronic-pain": "chronic pain",
    "cerebral-palsy": "cerebral palsy",
    "spasticity": "spasticity",
    "after-stroke": "after a stroke",
}
UNSAID = re.compile(
    r"[$€£]|\b(?:price|cost|fee|insur|medicare|unit|dose|dosage|milligram|pregnan|breast|child|"
    r"wrinkle|cosmetic|sweat|bladder|jaw|dysport|xeomin|fda|approved|alcohol|exercise|driv|allerg|"
    r"eyelid|permanent|forever|open|appointment|book|cure|guarantee|weeks)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fact:
    """A row of `facts.tsv`."""

    key: str
    fact: str
    source: str
    pattern: str
    entries: tuple[str, ...]


def read_facts() -> list[Fact]:
    """Read all rows of `facts.tsv`."""
    text = Path(__file__).with_name("facts.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        Fact(
            row["key"], row["fact"], row["source"], row["pattern"], tuple(row["entries"].split(","))
        )
        for row in rows
    ]


FACTS = read_facts()


@lru_cache(maxsize=1)
def loaded() -> Loaded:
    """Load the shipped FAQ, once."""
    return load(FAQ, today=WRITTEN)


@lru_cache(maxsize=1)
def clinical() -> dict[str, Entry]:
    """Return the entries that speak of the treatment, by id."""
    return {entry.id: entry for entry in loaded().faq.entries if entry.kind is Kind.CLINICAL}


def answer(entry: str) -> str:
    """Return an entry's answer on one line."""
    return " ".join(plain(clinical()[entry].answer).split())


@pytest.mark.parametrize(
    ("fact", "entry"), [pytest.param(f, e, id=f"{f.key}-{e}") for f in FACTS for e in f.entries]
)
def test_each_fact_is_stated_by_its_entries(fact: Fact, entry: str) -> None:
    """Each fact of the documents is in the answer of every entry that should state it."""
    assert re.search(fact.pattern, answer(entry), re.IGNORECASE), f"{fact.fact}\n{answer(entry)}"


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.key)
def test_each_fact_names_where_it_comes_from(fact: Fact) -> None:
    """Each fact names sections of the two documents, and its entries cite one of them."""
    cited = set(fact.source.split("; "))
    assert all(is_section(each) for each in cited)
    for entry in fact.entries:
        assert cited & set((clinical()[entry].source or "").split("; ")), entry


@pytest.mark.parametrize(("entry", "name"), CONDITIONS.items())
def test_each_condition_has_an_entry_and_a_place_in_the_list(entry: str, name: str) -> None:
    """Each condition that the documents name is answered alone and stands in the list."""
    assert name in answer(f"conditions/{entry}").casefold()
    assert name in answer("conditions/list").casefold()


def test_each_answer_states_a_fact() -> None:
    """No answer says something that is not in the list of facts only."""
    assert clinical().keys() == {entry for fact in FACTS for entry in fact.entries}


def test_answers_keep_to_what_the_documents_say() -> None:
    """No answer speaks of prices, doses, pregnancy, other products and the like."""
    found = {entry: UNSAID.findall(answer(entry)) for entry in clinical()}
    assert not {entry: words for entry, words in found.items() if words}


def test_the_only_figures_are_those_of_the_documents() -> None:
    """The length of a session is the only thing that is given in figures."""
    figures = {figure for entry in clinical() for figure in re.findall(r"\d+", answer(entry))}
    assert figures == {"10", "30"}


def test_injections_are_nowhere_called_non_invasive() -> None:
    """A needle goes in: patients read "minimally invasive", in the answers and in their source."""
    shown = [
        f"{entry.question} {plain(entry.answer)} {entry.source}" for entry in loaded().faq.entries
    ]
    assert not [text for text in shown if re.search(r"non-?\s?invasive", text, re.IGNORECASE)]


def test_the_cookie_notice_is_not_content() -> None:
    """The web page's notice about cookies is nowhere in the FAQ."""
    text = "".join(path.read_text(encoding="utf-8") for path in FAQ.glob("*.md"))
    assert not re.search(r"cookie|website traffic", text, re.IGNORECASE)


def test_every_source_is_a_section_of_the_documents() -> None:
    """Each entry cites document and section, and only those that exist."""
    for entry in clinical().values():
        assert all(is_section(each) for each in (entry.source or "").split("; ")), entry.id


def test_every_section_of_the_documents_is_used() -> None:
    """No section of the documents was left out."""
    cited = {each for entry in clinical().values() for each in (entry.source or "").split("; ")}
    assert cited == {f"{name}, {part}" for name, parts in SECTIONS.items() for part in parts}


def test_every_entry_is_asked_in_many_ways() -> None:
    """Each entry knows at least sixteen other phrasings."""
    assert min(len(entry.phrasings) for entry in clinical().values()) >= 16


def test_the_clinics_own_facts_are_unset_and_nothing_else_is_wrong() -> None:
    """The one thing that staff are warned of is that the clinic's facts are still missing."""
    clinic = loaded().faq.clinic
    assert (clinic.name, clinic.phone, clinic.website, clinic.hours) == (None,) * 4
    assert {problem.path for problem in loaded().problems} <= {"faq/clinic.md", "faq/red-flags.md"}


def is_section(text: str) -> bool:
    """Whether a text such as `botox-treatment-page, "Procedure Benefits"` names a section."""
    document, _, section = text.partition(", ")
    return section in SECTIONS.get(document, set())


def test_the_readme_shows_a_real_entry() -> None:
    """The question that the staff's guide takes apart stands in the FAQ as it is shown."""
    readme = (FAQ / "README.md").read_text(encoding="utf-8")
    example = readme.split("```\n")[1].splitlines()
    results = (FAQ / "results.md").read_text(encoding="utf-8").splitlines()
    assert example[0].startswith("## How long does Botox last?")
    assert not set(example) - set(results)
