"""The FAQ as HTML that needs no script: the contents, the answers, one entry, a search's result."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from bot.channels.linked_data import entry_address
from bot.channels.markup import blocks_html, footer_html, runs_html
from bot.dialogue import choose
from bot.models import Kind, ReplyKind, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.channels.search import Found
    from bot.models import Entry, Reply, Topic
    from bot.snapshot import Snapshot

_READABLE = frozenset({Kind.CLINICAL, Kind.PRACTICAL})
"""Kinds of entries that stand on the FAQ page."""

URGENT: Final = {
    "en": {
        ReplyKind.EMERGENCY: "Immediate action required",
        ReplyKind.CRISIS: "Help is available now",
        ReplyKind.URGENT: "Get medical advice today",
    },
    "es": {
        ReplyKind.EMERGENCY: "Actúe de inmediato",
        ReplyKind.CRISIS: "Hay ayuda disponible ahora",
        ReplyKind.URGENT: "Pida consejo médico hoy",
    },
}
"""Headings of the cards that must stand out, by language; words, so not by colour alone."""

_HEADINGS: Final = {
    ReplyKind.ANSWER: "Answer found",
    ReplyKind.CLARIFY: "More than one question may fit",
    ReplyKind.FALLBACK: "No answer found",
    ReplyKind.HANDOFF: "How to reach a person",
    ReplyKind.ADVICE: "Please ask your provider",
    ReplyKind.SMALL_TALK: "Our reply",
}


def readable(snapshot: Snapshot) -> list[Topic]:
    """Return the topics that have something to read on the page."""
    return [topic for topic in snapshot.faq.topics if entries(topic)]


def entries(topic: Topic) -> list[Entry]:
    """Return a topic's entries without small talk and subjects that are not covered."""
    return [entry for entry in topic.entries if is_readable(entry)]


def is_readable(entry: Entry) -> bool:
    """Whether an entry has its place on the page."""
    return entry.kind in _READABLE


def contact(snapshot: Snapshot) -> str:
    """Return what the clinic has filled in about itself; nothing is made up."""
    clinic, lines = snapshot.faq.clinic, []
    if clinic.phone:
        lines.append(f"<li>Phone: {runs_html(snapshot.replies.values['phone'])}</li>")
    if clinic.website and clinic.website.startswith("https:"):
        lines.append(f'<li><a href="{escape(clinic.website)}">Our web site</a></li>')
    if clinic.hours and clinic.hours.startswith("https:"):
        lines.append(f'<li><a href="{escape(clinic.hours)}">Opening hours</a></li>')
    return f'<ul class="contact">{"".join(lines)}</ul>' if lines else ""


# --- all entries ---------------------------------------------------------------------------


def contents(topics: Iterable[Topic]) -> str:
    """Return the list of topics with their questions."""
    return "".join(
        f"<li>{_title(topic)}{_questions(entries(topic), _anchor)}</li>" for topic in topics
    )


def answers(snapshot: Snapshot, topics: Iterable[Topic]) -> str:
    """Return all topics with all answers."""
    return "\n".join(_topic(snapshot, topic) for topic in topics)


def _title(topic: Topic) -> str:
    return f'<a href="#{escape(topic.id)}">{escape(topic.title)}</a>'


def _topic(snapshot: Snapshot, topic: Topic) -> str:
    name = escape(topic.id)
    articles = "\n".join(_article(snapshot, entry) for entry in entries(topic))
    return (
        f'<section class="topic" aria-labelledby="{name}">\n'
        f'<h2 id="{name}">{escape(topic.title)}</h2>\n{articles}\n'
        '<p class="up"><a href="#contents">Back to the contents</a></p>\n</section>'
    )


def _article(snapshot: Snapshot, entry: Entry) -> str:
    """Return one entry as the dialogue answers it, with its disclaimer."""
    heading = f'<h3><a href="{entry_address(entry.id)}">{escape(entry.question)}</a></h3>'
    return (
        f'<article id="{escape(entry.id)}">\n{heading}\n{_body(snapshot, entry, _anchor)}</article>'
    )


def _body(snapshot: Snapshot, entry: Entry, address: Callable[[str], str]) -> str:
    reply = choose(snapshot, State(), entry.id).reply
    related = [snapshot.entries[each] for each in entry.related if each in snapshot.entries]
    shown = [each for each in related if is_readable(each)]
    more = f'<p class="also">Related questions</p>{_questions(shown, address)}' if shown else ""
    return f"{blocks_html(reply.blocks)}\n{footer_html(reply)}\n{more}\n"


def _questions(asked: Iterable[Entry], address: Callable[[str], str]) -> str:
    lines = (
        f'<li><a href="{escape(address(entry.id))}">{escape(entry.question)}</a></li>'
        for entry in asked
    )
    return f'<ul class="questions">{"".join(lines)}</ul>'


def _anchor(entry: str) -> str:
    return f"#{entry}"


# --- one entry -----------------------------------------------------------------------------


def entry_main(snapshot: Snapshot, topic: Topic, entry: Entry) -> str:
    """Return the page of one entry: where it stands, the answer, what is related."""
    return (
        '<nav class="path" aria-label="Path"><ol>'
        '<li><a href="/faq">All questions</a></li>'
        f'<li><a href="/faq#{escape(topic.id)}">{escape(topic.title)}</a></li></ol></nav>\n'
        f'<article id="answers">\n<h1>{escape(entry.question)}</h1>\n'
        f"{_body(snapshot, entry, entry_address)}</article>"
    )


# --- a search ------------------------------------------------------------------------------


def heading(found: Found) -> str:
    """Return in a few words what a search came to; it is also the page's title."""
    urgent = URGENT.get(found.language, URGENT["en"])
    return urgent.get(found.reply.kind) or _HEADINGS[found.reply.kind]


def result(snapshot: Snapshot, found: Found) -> str:
    """Return what a search came to: a card that stands out, or the reply with what else may fit."""
    if found.reply.kind in URGENT["en"]:
        language = f' lang="{escape(found.language)}"' if found.language != "en" else ""
        return (
            f'<section id="answers" class="urgent {found.reply.kind}"{language}>'
            f"<h1>{heading(found)}</h1>\n{blocks_html(found.reply.blocks)}</section>"
        )
    asked = [snapshot.entries[each] for each in found.reply.entries]
    offered = [each.entry for each in found.reply.choices if each.entry in snapshot.entries]
    also = [*dict.fromkeys([*offered, *found.others])]
    return (
        f'<section id="answers" class="result">\n<h1>{heading(found)}</h1>\n'
        f"{_answer_title(found.reply, asked)}{blocks_html(found.reply.blocks)}\n"
        f"{footer_html(found.reply)}\n{_also(snapshot, found.reply, also)}</section>"
    )


def _answer_title(reply: Reply, asked: list[Entry]) -> str:
    if reply.kind is not ReplyKind.ANSWER or len(asked) != 1:
        return ""
    link = f'<a href="{entry_address(asked[0].id)}">{escape(asked[0].question)}</a>'
    return f"<h2>{link}</h2>\n"


def _also(snapshot: Snapshot, reply: Reply, also: Iterable[str | None]) -> str:
    shown = [snapshot.entries[each] for each in also if each]
    if not shown:
        return ""
    title = "" if reply.kind is ReplyKind.CLARIFY else "<h2>Other questions that may help</h2>"
    return f"{title}{_questions(shown, entry_address)}\n"
