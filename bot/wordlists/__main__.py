"""Pack the word lists anew, after one was edited: `python -m bot.wordlists`."""

from bot.wordlists import HERE, LISTS
from bot.wordlists.table import listed, packed

for name in LISTS:
    (HERE / f"{name}.bin").write_bytes(packed(listed(HERE / f"{name}.txt")))
