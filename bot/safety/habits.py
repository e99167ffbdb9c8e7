"""How people type in a hurry: short forms that stand for words of the patterns.

General text folding (case, accents, stretched letters, contractions) is in `bot.text`; here is
only what is worth a guess where a danger may be meant, and too bold for retrieval.
"""

from __future__ import annotations

from typing import Final

HABITS: Final = {
    "kil": "kill", "hes": "he is", "shes": "she is", "its": "it is", "theyre": "they are",
    "theres": "there is", "iam": "i am", "imm": "i am", "iv": "i have", "ihave": "i have",
    "cnt": "can not", "cn't": "can not", "cnat": "can not", "ca'nt": "can not",
    "cantt": "can not", "can'": "can not", "cann't": "can not", "cann": "can", "cannt": "can not",
    "carnt": "can not", "couldnt": "could not", "culdnt": "could not", "coudnt": "could not",
    "dnt": "do not", "dosent": "does not", "doesn": "does not", "dosnt": "does not",
    "didn": "did not", "wnt": "will not", "wan": "want", "wanna": "want to", "hav": "have",
    "hv": "have", "havin": "having", "hve": "have", "gettin": "getting", "goin": "going",
    "feelin": "feeling", "bc": "because", "cos": "because", "coz": "because", "becuz": "because",
    "rn": "right now", "atm": "right now", "idk": "i do not know", "dk": "do not know",
    "omg": "help", "hlp": "help", "halp": "help", "plzz": "please", "n": "and", "nd": "and",
    "w": "with", "wit": "with", "wif": "with", "b4": "before", "2day": "today",
    "2nite": "tonight", "tonite": "tonight", "tdy": "today", "yest": "yesterday",
    "yday": "yesterday", "yesturday": "yesterday", "mins": "minutes", "min": "minutes",
    "hrs": "hours", "wk": "week", "wks": "weeks", "yr": "year", "yrs": "years", "mo": "months",
    "mos": "months", "dr": "doctor", "doc": "doctor", "meds": "medicine", "rx": "prescription",
    "inj": "injection", "tx": "treatment", "hubby": "husband", "abt": "about",
    "smthing": "something", "smth": "something", "sumthing": "something", "ppl": "people",
    "wat": "what", "wut": "what", "shud": "should", "cud": "could", "wud": "would",
    "nite": "night", "thru": "through", "thruoat": "throat", "throut": "throat",
    "thrut": "throat", "tung": "tongue", "chocking": "choking", "breth": "breathe",
    "breathin": "breathing", "lite": "light", "rite": "right", "drs": "doctors",
    "thoart": "throat", "brth": "breathe", "gasp": "gasping", "luv": "love", "q": "que",
    "xq": "porque", "pq": "porque", "toy": "estoy", "stoy": "estoy", "tngo": "tengo",
    "pa": "para", "ta": "esta", "mijo": "mi hijo", "mija": "mi hija", "xfa": "por favor",
    "kys": "kill yourself", "kms": "kill myself", "unalive": "kill", "unaliving": "killing",
    "sewerslide": "suicide", "sewercide": "suicide", "suicde": "suicide", "w/o": "without",
    "tho": "though", "alot": "a lot", "dont": "do not", "myslef": "myself", "mself": "myself",
    "meself": "myself",
}  # fmt: skip
"""What is typed → the words it stands for. Common knowledge of English and Spanish typing."""
