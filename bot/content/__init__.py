"""The content format: from the files that staff edit to records, with helpful problems."""

from bot.content.loader import Loaded, load
from bot.content.problems import format_problem

__all__ = ["Loaded", "format_problem", "load"]
