"""Word lists: packed tables say of each word what a dictionary would say."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.wordlists import HERE, LISTS, WordTable, english, medical
from bot.wordlists.table import listed, packed


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_packed(name: str) -> None:
    """Each table holds the words of its list; `python -m bot.wordlists` renews it."""
    assert (HERE / f"{name}.bin").read_bytes() == packed(listed(HERE / f"{name}.txt"))


def test_ranks() -> None:
    """The most frequent word is number 0, and a word that is not listed has no number."""
    assert (english()["the"], english().get("the", 7), english().get("zzzq", 7)) == (0, 0, 7)
    assert "abdominoplasty" in medical()
    with pytest.raises(KeyError):
        english()["zzzq"]


@given(st.lists(st.text(), unique=True), st.lists(st.text()))
@example([""], ["", "a"])
def test_a_table_is_a_dictionary(words: list[str], others: list[str]) -> None:
    """Whatever the words, each has its number, comes back in order, and no other word has one."""
    table, expected = WordTable(packed(words)), {word: at for at, word in enumerate(words)}
    assert dict(table) == expected
    assert [table.word(number) for number in range(len(table))] == words
    assert table.lines() == "\n".join(words).encode("utf-8", "surrogatepass")
    assert [table.get(word) for word in others] == [expected.get(word) for word in others]
