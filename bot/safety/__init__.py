"""The red-flag screen: looks for emergencies, self-harm and requests for personal advice."""

from bot.safety.measure import EXPECTED, Figures, Miss, Row, measure, read_rows
from bot.safety.screen import UNAVAILABLE, Screen, compile_red_flags

__all__ = [
    "EXPECTED",
    "UNAVAILABLE",
    "Figures",
    "Miss",
    "Row",
    "Screen",
    "compile_red_flags",
    "measure",
    "read_rows",
]
