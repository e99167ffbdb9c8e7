"""What others have published on the same sets, with where it stands.

Shares are in per cent as printed there; AUROC and MCC from 0 to 1.
"""

from __future__ import annotations

from typing import Final

CLINC: Final = {
    "FastText": (88.6, 28.3, None),
    "SVM": (88.2, 18.0, None),
    "CNN": (90.9, 30.9, None),
    "DialogFlow": (90.8, 26.7, None),
    "Rasa": (90.9, 31.2, None),
    "MLP over USE": (93.4, 49.1, None),
    "BERT": (96.2, 52.3, 0.942),
    "BERT, SNGP": (None, None, 0.969),
}
"""In-scope accuracy and out-of-scope recall by a threshold chosen on the validation split: Larson
et al. 2019, "An Evaluation Dataset for Intent Classification and Out-of-Scope Prediction", Table
2, column oos-threshold, Full. AUROC: google/uncertainty-baselines, baselines/clinc_intent."""

FULL: Final = {
    "BERT, fixed": {"banking": 87.19},
    "BERT, tuned": {"banking": 93.66},
    "ConveRT": {"banking": 93.01},
    "USE + ConveRT": {"banking": 93.36},
}
"""All training texts: Casanueva et al. 2020, "Efficient Intent Detection with Dual Sentence
Encoders", Table 3, as cited by others."""

FEW: Final = {
    "RoBERTa + classifier": {"banking5": 74.04, "clinc5": 87.99, "hwu5": 75.56,
                             "banking10": 84.27, "clinc10": 91.55, "hwu10": 82.90},
    "USE": {"banking5": 76.29, "clinc5": 87.82, "hwu5": 77.79,
            "banking10": 84.23, "clinc10": 90.85, "hwu10": 83.75},
    "ConveRT": {"banking5": 75.32, "clinc5": 89.22, "hwu5": 76.95,
                "banking10": 83.32, "clinc10": 92.62, "hwu10": 82.65},
    "USE + ConveRT": {"banking5": 77.75, "clinc5": 90.49, "hwu5": 80.01,
                      "banking10": 85.19, "clinc10": 93.26, "hwu10": 85.83},
    "DNNC": {"banking5": 80.40, "clinc5": 91.02, "hwu5": 80.46,
             "banking10": 86.71, "clinc10": 93.76, "hwu10": 84.72},
    "CPFT": {"banking5": 80.86, "clinc5": 92.34, "hwu5": 82.03,
             "banking10": 87.20, "clinc10": 94.18, "hwu10": 87.13},
    "ICDA": {"banking5": 84.01, "clinc5": 92.62, "hwu5": 82.45,
             "banking10": 89.79, "clinc10": 94.84, "hwu10": 87.41},
}  # fmt: skip
"""5 and 10 training texts a label: the table in jianguoz/Few-Shot-Intent-Detection, README.md."""

HINT3: Final = {
    "Dialogflow": {"sofmattress": (73.2, 0.638), "curekart": (75.0, 0.578),
                   "powerplay11": (59.6, 0.353)},
    "LUIS": {"sofmattress": (59.3, 0.581), "curekart": (72.6, 0.539),
             "powerplay11": (48.0, 0.359)},
    "Rasa": {"sofmattress": (69.3, 0.526), "curekart": (84.1, 0.511),
             "powerplay11": (49.1, 0.340)},
    "Haptik": {"sofmattress": (72.3, 0.588), "curekart": (80.3, 0.603),
               "powerplay11": (66.5, 0.425)},
    "BERT": {"sofmattress": (73.6, 0.617), "curekart": (83.6, 0.553),
             "powerplay11": (58.5, 0.347)},
}  # fmt: skip
"""Real traffic, v1: in-scope accuracy at the lowest threshold, and the best MCC over the nine
published thresholds, from hellohaptik/HINT3, results/*.csv (Arora et al. 2020)."""
