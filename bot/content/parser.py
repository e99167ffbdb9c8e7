"""The grammar of all content files: title, fields, sections, lists, text.

    # Title
    Name: value

    ## Heading {#short-id}
    List name:
    - one line each

    Name: value

    Text until the next heading.

Each problem is noted, and where the meaning is clear parsing goes on as if the line had been
right, so that staff see everything at once and nothing twice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.content.document import Document, Section, slug
from bot.content.head import Head, read_head
from bot.content.outline import Chunk, Outline
from bot.content.source import MAX_PROBLEMS, Source

if TYPE_CHECKING:
    from bot.content.grammar import Grammar
    from bot.models import Problem

_GOOD_ID = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def parse_document(
    text: str | Source, path: str, *, grammar: Grammar
) -> tuple[Document, list[Problem]]:
    """Parse a content file and return it with its problems; never raises.

    `path` is the file's name in messages. With an error among the problems, the document
    holds what could be understood.
    """
    source = text if isinstance(text, Source) else Source.of(text, path)
    outline = Outline(source)
    problems = outline.problems
    title, head = "", Head()
    if outline.title:
        title = outline.title.heading
        head = read_head(outline.title.rows, source, grammar, top=True)
        problems += head.problems
    sections = _sections(outline, grammar, problems)
    document = Document(source, title, head.fields, head.body, sections)
    return document, sorted(problems)[:MAX_PROBLEMS]


def _sections(outline: Outline, grammar: Grammar, problems: list[Problem]) -> tuple[Section, ...]:
    ends = [chunk.row.number for chunk in outline.chunks[1:]] + [0]
    sections = []
    for chunk, next_line in zip(outline.chunks, ends, strict=False):
        heading, short = _split_id(chunk, outline.source, problems)
        if not slug(heading):
            problems.append(_no_words(chunk, outline.source))
        head = read_head(chunk.rows, outline.source, grammar)
        problems += head.problems
        sections.append(
            Section(
                heading=heading,
                line=chunk.row.number,
                id=short or slug(heading),
                fields=head.fields,
                lists={name: tuple(items) for name, items in head.lists.items()},
                body=head.body,
                next_line=next_line,
            )
        )
    return tuple(sections)


def _no_words(chunk: Chunk, source: Source) -> Problem:
    return source.problem(
        chunk.row.number,
        "This heading has no words." if chunk.heading else "This heading is empty.",
        "Write the question behind the ##, or delete the line.",
    )


def _split_id(chunk: Chunk, source: Source, problems: list[Problem]) -> tuple[str, str]:
    """Split a heading into its text and the short id behind it."""
    heading = chunk.heading
    start = heading.rfind("{#") if heading.endswith("}") else -1
    if start < 0:
        return heading, ""
    short = heading[start + 2 : -1].strip()
    text = heading[:start].rstrip()
    if not _GOOD_ID.fullmatch(short):
        problems.append(_bad_id(chunk, source, short=short, text=text))
    return text, slug(short)


def _bad_id(chunk: Chunk, source: Source, *, short: str, text: str) -> Problem:
    example = slug(short) or slug(text) or "parking"
    return source.problem(
        chunk.row.number,
        f'"{short}" can\'t be a short id.' if short else "The short id is empty.",
        f"Use letters, digits and hyphens only, such as {{#{example}}}.",
        column=chunk.row.text.rfind("{#") + 1,
    )
