"""How sure the policy must be for what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What confidence is needed for what; named by effect, 0 to 1."""

    answer_at: float = 0.25
    """From here on an entry answers."""
    clarify_at: float = 0.22
    """From here on entries are offered as "did you mean"; below, none is likely to be meant."""
    small_talk_at: float = 0.5
    """From here on small talk is answered: patients ask about Botox, so the odds are against it."""
    worth_offering: float = 0.04
    """What an entry of a "did you mean" must have of what they reach together."""
    alike: float = 0.65
    """Two answers whose log-odds differ by less are offered both, unless one is `likely`."""
    likely: float = 0.7
    """From here on an answer to more than a few words has no rival."""
    close: float = 1.5
    """Two answers to a few words whose log-odds differ by less are offered both."""
    clear: float = 0.5
    """From here on an utterance is not read as a follow-up, whatever its form."""
    beyond_doubt: float = 0.9
    """The same for an utterance that names no subject."""
    few_words: int = 3
    """Words up to which an utterance is too short to be sure of what it means."""
    trace: float = 0.03
    """What an entry must reach on its own to be what a follow-up means."""
    hint: float = 0.15
    """What a related entry must reach to be what a follow-up means, and not the last one."""
    related: float = 1.5
    """Log-odds that an entry related to the last one gains in a follow-up."""
    ahead: float = 0.1
    """What the score of a subject that is not covered must lead by, to be named."""
    far_ahead: float = 0.3
    """What it must lead by to keep an entry from answering."""
    clarify_in_a_row: int = 2
    misses_before_handoff: int = 2
    long_story: int = 20
    """Words from which on the clause that asks counts more than the whole."""
    options: int = 5
    """Most entries in a "did you mean"."""


THRESHOLDS = Thresholds()
