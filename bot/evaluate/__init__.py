"""Questions with known answers → figures and pictures: how well a FAQ answers."""

from bot.evaluate.asking import Outcome, Verdict, ask
from bot.evaluate.calibration import Calibration
from bot.evaluate.comparison import Change, compare
from bot.evaluate.figures import Figures, Pair, confusions
from bot.evaluate.folds import FOLDS, Fold, Strength, split, strengths, without
from bot.evaluate.page import page
from bot.evaluate.questions import Question, read_questions
from bot.evaluate.record import Past, as_record, read_record
from bot.evaluate.report import Report

__all__ = [
    "FOLDS",
    "Calibration",
    "Change",
    "Figures",
    "Fold",
    "Outcome",
    "Pair",
    "Past",
    "Question",
    "Report",
    "Strength",
    "Verdict",
    "as_record",
    "ask",
    "compare",
    "confusions",
    "page",
    "read_questions",
    "read_record",
    "split",
    "strengths",
    "without",
]
