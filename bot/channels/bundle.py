"""The widget's modules → the files that browsers load. Pure, but for reading the sources.

A clinic's page loads `widget.js`, a plain script; it loads `chat.<language>.js`, a module, when
the chat is opened, and only with the content whose hash it carries. So the one hash on the page
holds for everything.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

VERSION: Final = "1.0.0"
"""Of the widget. A change of anything that it loads is a new one; see docs/widget.md."""

SOURCES: Final = Path(__file__).parent.parent / "web" / "widget"
LAUNCHER: Final = "widget.js"

_IMPORT = re.compile(
    r'^import (?:(\w+)|(\{ [^}]+ \})) from "\./([\w.-]+)"(?: with .*)?;$', re.MULTILINE
)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_JS_TOKEN = re.compile(
    r"""
    (?P<text>"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|/(?=[\\^])(?:[^/\\\n]|\\.)+/)
    |(?P<comment>/\*.*?\*/|(?<!:)//[^\n]*)
    |(?P<before>[ \n]*)(?P<sign>=>|[{}()\[\],;:=?<>&|])(?P<after>[ \n]*)
    |(?P<indent>\n\s*)
    """,
    re.VERBOSE | re.DOTALL,
)
"""What may be made shorter, and what must be stepped over: texts, and expressions such as /\\d/."""
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_SPACE = re.compile(r"\s*([{};,>])\s*|(?<=:)\s+|\s*\n\s*")
_CSS_QUOTES = re.compile(r'="([\w-]+)"(?=\])')

_NEEDED_EARLY = ("launcher", "unseen", "unavailable", "read")
"""Texts that are shown before the chat is loaded."""


@dataclass(frozen=True, slots=True)
class File:
    """One file as browsers get it."""

    name: str
    body: bytes

    @property
    def integrity(self) -> str:
        """The hash for the `integrity` attribute of a script tag."""
        digest = hashlib.sha384(self.body).digest()
        return f"sha384-{base64.b64encode(digest).decode()}"


def widget(sources: Path = SOURCES) -> dict[str, File]:
    """Return all files of the widget by name; the same sources always make the same bytes."""
    texts = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((sources / "texts").glob("*.json"))
    }
    chats = {language: _chat(sources, language, own) for language, own in texts.items()}
    known = {
        language: {
            "file": f"/widget@{VERSION}/{chat.name}",
            "integrity": chat.integrity,
            "texts": {name: texts[language][name] for name in _NEEDED_EARLY},
        }
        for language, chat in chats.items()
    }
    body = _Bundle(sources, {"chats.json": known}).script("launcher.js")
    files = [File(LAUNCHER, body.encode()), *chats.values()]
    return {file.name: file for file in files}


def _chat(sources: Path, language: str, texts: dict[str, str]) -> File:
    own = {name: text for name, text in texts.items() if name not in _NEEDED_EARLY}
    body = _Bundle(sources, {"texts.json": own}).module("chat.js", "Chat")
    return File(f"chat.{language}.js", body.encode())


class _Bundle:
    """Puts a module and all that it imports into one text, each in a scope of its own."""

    def __init__(self, sources: Path, given: dict[str, object]) -> None:
        self._sources = sources
        self._given = given
        self._done: dict[str, str] = {}

    def script(self, entry: str) -> str:
        """Return a classic script."""
        self._add(entry)
        return f"(()=>{{{self._text()}}})();\n"

    def module(self, entry: str, exported: str) -> str:
        """Return a module that exports one name."""
        self._add(entry)
        return f"{self._text()}\nexport const {{{exported}}}={_scope(entry)};\n"

    def _text(self) -> str:
        return "\n".join(self._done.values())

    def _add(self, name: str) -> None:
        """Add a module behind those that it imports."""
        if name in self._done:
            return
        source = self._source(name)
        for match in _IMPORT.finditer(source):
            self._add(match[3])
        self._done[name] = f"const {_scope(name)}={self._value(name, source)};"

    def _source(self, name: str) -> str:
        return "" if name in self._given else (self._sources / name).read_text(encoding="utf-8")

    def _value(self, name: str, source: str) -> str:
        """Return the expression that a module becomes."""
        if name in self._given:
            return json.dumps(self._given[name], ensure_ascii=False, separators=(",", ":"))
        if name.endswith(".css"):
            text = json.dumps(_small_css(source), ensure_ascii=False)
            return f"(()=>{{const s=new CSSStyleSheet;s.replaceSync({text});return s}})()"
        exported = ",".join(match[2] for match in _EXPORT.finditer(source))
        body = _small_js(_IMPORT.sub(_binding, _EXPORT.sub(r"\1", source)))
        return f"(()=>{{{body}\nreturn{{{exported}}}}})()"


def _binding(match: re.Match[str]) -> str:
    """Return what an import statement becomes."""
    return f"const {match[1] or match[2]}={_scope(match[3])};"


def _scope(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))


def _small_js(source: str) -> str:
    """Leave out comments, and the space around signs; what is left can still be read."""
    return _JS_TOKEN.sub(_shorter, _JS_TOKEN.sub(_uncommented, source)).strip()


def _uncommented(token: re.Match[str]) -> str:
    return "" if token["comment"] else token[0]


def _shorter(token: re.Match[str]) -> str:
    """Return a token without the space around it; a line break stays where it may end a line."""
    sign = token["sign"]
    if sign is None:
        return token[0] if token["text"] else "\n"
    before = "\n" if "\n" in token["before"] and sign in "([{" else ""
    after = "\n" if "\n" in token["after"] and sign in ")]}" else ""
    return f"{before}{sign}{after}"


def _small_css(source: str) -> str:
    text = _CSS_QUOTES.sub(r"=\1", _CSS_COMMENT.sub("", source))
    return _CSS_SPACE.sub(lambda space: space[1] or "", text).replace(";}", "}").strip()
