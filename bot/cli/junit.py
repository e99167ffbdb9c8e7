"""Outcomes as a JUnit report, for the strict schemas of both Jenkins and Ant."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.scripts import Outcome


def junit(outcomes: Iterable[Outcome], *, when: datetime) -> bytes:
    """Return the report: a suite for each file, a case for each step that expects something."""
    root = ET.Element("testsuites")
    by_path = sorted(outcomes, key=lambda outcome: outcome.path)
    for number, (path, group) in enumerate(groupby(by_path, key=lambda each: each.path)):
        root.append(_suite(number, path, [*group], when))
    ET.indent(root)
    report: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return report + b"\n"


def _suite(number: int, path: str, outcomes: list[Outcome], when: datetime) -> ET.Element:
    name = path.removesuffix(".txt").replace("/", ".")
    suite = ET.Element(
        "testsuite",
        name=name,
        package=name,
        id=str(number),
        timestamp=when.replace(tzinfo=None).isoformat(timespec="seconds"),
        hostname="localhost",
        tests=str(len(outcomes)),
        failures=str(sum(not outcome.passed for outcome in outcomes)),
        errors="0",
        skipped="0",
        time=_seconds(sum(outcome.seconds for outcome in outcomes)),
    )
    ET.SubElement(suite, "properties")
    suite.extend(_case(name, outcome) for outcome in outcomes)
    ET.SubElement(suite, "system-out")
    ET.SubElement(suite, "system-err")
    return suite


def _case(name: str, outcome: Outcome) -> ET.Element:
    case = ET.Element(
        "testcase",
        name=_clean(outcome.step.utterance),
        classname=name,
        time=_seconds(outcome.seconds),
    )
    if not outcome.passed:
        message = _clean("; ".join(outcome.misses))
        failure = ET.SubElement(case, "failure", message=message, type="Expectation")
        failure.text = _clean(f"{outcome.path}:{outcome.step.line}\n{outcome.reply.text}")
    return case


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _clean(text: str) -> str:
    """Return the text without the characters that XML can't hold."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
