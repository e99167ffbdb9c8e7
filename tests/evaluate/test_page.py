"""The page: complete, self-contained, readable without its pictures, and safe."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

from bot.evaluate import Verdict, compare, page
from bot.evaluate.drawing import bars, histogram, reliability
from tests.evaluate.made import outcome, report

SCRIPT = "<script>alert(1)</script>"


class Tags(HTMLParser):
    """Collects the names of opened elements, and the attributes that load something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.loaded += [name for name, _ in attrs if name in {"src", "href", "srcset"}]


def test_the_page_needs_nothing_else() -> None:
    """No script, no address that a browser would fetch."""
    text = page(report())
    tags = Tags(text)
    assert tags.loaded == []
    assert not {"script", "link", "img", "iframe"} & set(tags.opened)
    assert "@import" not in text
    assert "url(" not in text


def test_what_patients_typed_is_never_markup() -> None:
    """Neither in tables nor in pictures."""
    wrong = outcome(SCRIPT, Verdict.WRONG, expected=SCRIPT, got=f"{SCRIPT}2")
    text = page(report(wrong))
    assert "script" not in Tags(text).opened
    assert "&lt;script&gt;" in text


def test_every_picture_says_what_it_shows_and_has_its_table() -> None:
    """Reliability, confusions, and three histograms."""
    text = page(report())
    assert len(re.findall(r"<svg[^>]* role=\"img\" aria-label=\"[^\"]+\"", text)) == 5
    assert text.count("The same as numbers") == 2
    assert "a/one → a/two" in text


def test_the_page_is_light_and_dark() -> None:
    """As the reader's system wants it."""
    assert "prefers-color-scheme: dark" in page(report())


def test_cross_validation_and_comparison_have_their_tables() -> None:
    """Only where they were asked for."""
    whole = report(*report().outcomes, folds=5)
    assert "need more phrasings" in page(whole)
    assert "need more phrasings" not in page(report())
    changes = compare([], whole.outcomes)
    compared = type(whole)(whole.outcomes, "now", {}, changes=changes, since="before")
    assert "What changed since content version before" in page(compared)


def test_an_empty_report_is_a_page_too() -> None:
    """Nothing is divided by nothing."""
    assert "<h1>" in page(type(report())((), "v", {}))


def test_pictures_are_well_formed() -> None:
    """Also without anything in them, and with a long name."""
    calibration = report().calibration
    for svg in (
        reliability(calibration.bins, "a < b"),
        reliability((), "empty"),
        histogram([0, 3, 1], "counts", "right"),
        histogram([0] * 10, "none", "right"),
        bars([("x" * 99, 3), ("a & b", 1)], "bars"),
        bars([], "none"),
    ):
        assert ET.fromstring(svg).get("aria-label")  # noqa: S314  we wrote it
