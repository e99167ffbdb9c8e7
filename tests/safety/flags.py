"""Small red flags for tests: one pattern or a few, without a file."""

from __future__ import annotations

from bot.models import Paragraph, Phrasing, RedFlag, RedFlags, Run, Tier

TEXTS = ("emergency", "crisis", "crisis-other", "urgent", "advice", "emergency-es", "notice")


def phrasings(*texts: str) -> tuple[Phrasing, ...]:
    """Make patterns that stand in lines 1, 2, 3 …."""
    return tuple(Phrasing(text, line) for line, text in enumerate(texts, start=1))


def flag(
    *patterns: str, tier: Tier = Tier.EMERGENCY, name: str = "danger", language: str = "en"
) -> RedFlag:
    """Make a red flag from its patterns."""
    return RedFlag(name, name, tier, phrasings(*patterns), "faq/red-flags.md", 1, language)


def red_flags(*flags: RedFlag, **lists: tuple[str, ...]) -> RedFlags:
    """Make a lexicon; an underscore in a list's name stands for a space."""
    texts = {name: (Paragraph((Run(name),)),) for name in TEXTS}
    named = {name.replace("_", "-"): phrasings(*words) for name, words in lists.items()}
    return RedFlags(flags, texts, named)
