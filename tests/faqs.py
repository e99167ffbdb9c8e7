"""A small FAQ folder that is easy to remember: how long, where to park, when it works.

`write_faq(folder)` writes a complete, valid folder with three entries, small talk, one subject
that is not covered, and short red flags. Tests replace single files through the overrides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CLINIC = """\
# Clinic
Name: Windmill Clinic
Phone: +1 555 010 0200
Website: https://windmill.example/
Hours: https://windmill.example/hours
Country: US
Languages: en
"""

BOTOX = """\
# Botox injections
Kind: clinical
Source: treatment-page
Reviewed: 2026-11-20
Review by: 2027-11-20

## How long does an appointment take? {#how-long}
Also asked:
- how long is the session
- is it quick
- will I be there all day

Source: treatment-page, "How Long Does It Take"
Related: when-it-works, parking/where-can-i-park

Usually **10 to 30 minutes**. It depends on the size of the area.

## When does it start to work? {#when-it-works}
Also asked:
- how soon will I feel it
- when does the botox kick in
- how many days until it helps

Most people notice it **within a week**.
"""

PARKING = """\
# Parking
Kind: practical

## Where can I park?
Also asked:
- is there a car park
- where do I leave my car
- is parking free

Park in **Lot B**, next to the red windmill. Parking is free.
"""

SMALL_TALK = """\
# Small talk
Kind: small talk

## Hello
Also asked:
- hi
- good morning
- hey there

Hello! What would you like to know?

## Thank you {#thanks}
Also asked:
- thanks
- thanks a lot
- cheers

You are welcome.

## I want to talk to a person {#talk-to-a-person}
Also asked:
- can I speak to someone
- give me a human
- talk to the front desk

Our staff are glad to help.
"""

NOT_COVERED = """\
# Not covered
Kind: not covered

## prices and insurance {#prices}
Also asked:
- how much does it cost
- what do you charge
- does my insurance pay
"""

SYNONYMS = """\
# Synonyms

- injection, shot, jab
- appointment, session, visit
"""

RED_FLAGS = """\
# Red flags

## Reply: emergency
**This may be an emergency. Call {emergency} now.**

## Reply: crisis
You deserve support. **Call or text {crisis}.**

## Reply: crisis other
Stay with them if you can. **Call or text {crisis}.**

## Reply: urgent
Please call the clinic today. {contact}

## Reply: advice
I can't give advice about your own case. {contact}

## Trouble breathing
Tier: emergency
Reviewed by: Dr. Miller, 2026-11-20
Says:
- I can't breathe
- trouble breathing

## Thoughts of suicide
Tier: crisis
Reviewed by: Dr. Miller, 2026-11-20
Says:
- I want to kill myself
- I want to die

## Signs of infection
Tier: urgent
Reviewed by: Dr. Miller, 2026-11-20
Says:
- pus is coming out
- it is hot and red
"""

WORDING = """\
# Wording

## Greeting
Hello, I am the automated assistant of {clinic}. In an emergency call {emergency}.

## Disclaimer
This is general information. Please ask your provider about your own case.

## Fallback
I don't have an answer to that. {contact}

## Fallback again
I still don't have an answer. {contact}

## Not covered
I don't have an answer about {subject}. {contact}

## Clarify
Did you mean one of these?

## None of these
None of these

## None chosen
Please try other words. {contact}

## Handoff
A person can help you. {contact}

## Contact with phone
Please call us at {phone}.

## Contact without phone
Please ask the front desk.

## Two answers
You asked two things.

## Corrected
Showing answers for "{query}".

## Unsure follow-up
Which treatment or visit do you mean?

## Empty message
Please write a question.

## Too long
That message is too long. Please ask in one or two sentences.

## Rate limited
That was a lot at once. Please wait a moment.

## Bad message
I could not read that message. Please send it again.

## Unavailable
I can't answer just now. In an emergency call {emergency}.

## Starters
- botox/how-long
- parking/where-can-i-park
"""

BOTOX_QUESTIONS = """\
# How long, and when
> how much time will it take
= botox/how-long
~ 10 to 30 minutes

> when will I notice something
= botox/when-it-works
"""

PARKING_QUESTIONS = """\
> I come by car, where to
= parking/where-can-i-park
~ Lot B
! answer
"""

SMALL_TALK_QUESTIONS = """\
> hello there
= small-talk/hello
! small_talk
"""

NOT_COVERED_QUESTIONS = """\
> what are your fees
! fallback
"""

FILES = {
    "clinic.md": CLINIC,
    "wording.md": WORDING,
    "red-flags.md": RED_FLAGS,
    "synonyms.md": SYNONYMS,
    "small-talk.md": SMALL_TALK,
    "not-covered.md": NOT_COVERED,
    "botox.md": BOTOX,
    "parking.md": PARKING,
    "questions/botox.txt": BOTOX_QUESTIONS,
    "questions/parking.txt": PARKING_QUESTIONS,
    "questions/small-talk.txt": SMALL_TALK_QUESTIONS,
    "questions/not-covered.txt": NOT_COVERED_QUESTIONS,
}


def write_faq(folder: Path, **overrides: str | bytes | None) -> Path:
    """Write the small FAQ into `folder` and return the folder.

    An override replaces or adds a file, None leaves it out. Its name is the file's stem with
    `_` for `-` (`red_flags=None`), or a whole relative path: `**{"questions/botox.txt": "…"}`.
    """
    files: dict[str, str | bytes | None] = {**FILES}
    files.update({_file_name(name): content for name, content in overrides.items()})
    for name, content in files.items():
        if content is not None:
            _write(folder / name, content)
    return folder


def _file_name(name: str) -> str:
    return name if "." in name else f"{name.replace('_', '-')}.md"


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
