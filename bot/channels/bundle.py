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
import string
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

VERSION: Final = "1.0.0"
"""Of the widget. A change of anything that it loads is a new one; see docs/widget.md."""

SOURCES: Final = Path(__file__).parent.parent / "web" / "widget"
RELEASED: Final = SOURCES.parent / "released"
"""A folder for each earlier version, as `askwell embed --save` wrote it: pages may pin them."""
LAUNCHER: Final = "widget.js"

_IMPORT = re.compile(
    r'^import (?:(\w+)|(\{ [^}]+ \})) from "\./([\w.-]+)"(?: with .*)?;$', re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=async |function |class |const )", re.MULTILINE)
_DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
_JS_TOKEN = re.compile(
    r"""
    (?P<text>"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|/(?=[\\^])(?:[^/\\\n]|\\.)+/)
    |(?P<comment>/\*.*?\*/|(?<!:)//[^\n]*)
    |\s*(?P<sign>!==|=>|[{}()\[\],;:=?<>&|+*])\s*
    |(?P<indent>\n\s*)
    """,
    re.VERBOSE | re.DOTALL,
)
"""What may be made shorter, and what must be stepped over: texts, and expressions such as /\\d/."""
_NEEDLESS = re.compile(r"[,;](?=[})\]])")
_PRIVATE = re.compile(r"this\.#(\w+)")
_HASH = re.compile(r"#(\w+)")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_SPACE = re.compile(r"\s*([{};,>])\s*|(?<=:)\s+|\s*\n\s*")
_CSS_QUOTES = re.compile(r'="([\w-]+)"(?=\])')

_SHARED = ("dom.js", "mark.js")
_WHERE_SHARED = 'customElements.get("clinic-chat").shared'
"""Modules that the launcher has, and where the chat that it loads finds them."""
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
        digest = hashlib.sha256(self.body).digest()
        return f"sha256-{base64.b64encode(digest).decode()}"


def widget(sources: Path = SOURCES) -> dict[str, File]:
    """Return all files of the widget by name; the same sources always make the same bytes."""
    texts = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((sources / "texts").glob("*.json"))
    }
    chats = {language: _chat(sources, language, own) for language, own in texts.items()}
    known = {
        language: {
            "file": f"{VERSION}/{chat.name}",
            "integrity": chat.integrity,
            "texts": {name: texts[language][name] for name in _NEEDED_EARLY},
        }
        for language, chat in chats.items()
    }
    body = _Bundle(sources, {"chats.json": known}).script("launcher.js")
    files = [File(LAUNCHER, body.encode()), *chats.values()]
    return {file.name: file for file in files}


def versions(released: Path = RELEASED) -> dict[str, dict[str, File]]:
    """Return the files of every version that pages may name: the current one and those kept."""
    kept = {
        folder.name: {path.name: File(path.name, path.read_bytes()) for path in folder.iterdir()}
        for folder in (sorted(released.iterdir()) if released.is_dir() else ())
    }
    return {**kept, VERSION: widget()}


def _chat(sources: Path, language: str, texts: dict[str, str]) -> File:
    own = {name: text for name, text in texts.items() if name not in _NEEDED_EARLY}
    body = _Bundle(sources, {"texts.json": own}, shared=_SHARED).module("chat.js", "Chat")
    return File(f"chat.{language}.js", body.encode())


class _Bundle:
    """Puts a module and all that it imports into one text with one scope."""

    def __init__(
        self, sources: Path, given: dict[str, object], *, shared: Collection[str] = ()
    ) -> None:
        self._sources = sources
        self._given = given
        self._shared = shared
        self._done: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def script(self, entry: str) -> str:
        """Return a classic script."""
        self._add(entry)
        return f"(()=>{{{self._text()}}})();\n"

    def module(self, entry: str, exported: str) -> str:
        """Return a module that exports one name."""
        self._add(entry)
        return f"{self._text()}\nexport{{{exported}}};\n"

    def _text(self) -> str:
        """Return all code; private names, which only their class can see, become short ones."""
        text = "\n".join(self._done.values())
        names = sorted(set(_PRIVATE.findall(text)))
        short = {
            name: string.ascii_letters[at % 52] + "_" * (at // 52) for at, name in enumerate(names)
        }
        return _HASH.sub(lambda match: "#" + short.get(match[1], match[1]), text)

    def _add(self, path: str, *, name: str = "") -> None:
        """Add a file behind those that it imports; `name` is what a style or data is called."""
        if path in self._done:
            return
        source = self._source(path)
        for match in _IMPORT.finditer(source):
            self._add(match[3], name=match[1] or "")
        for declared in [name] if name else _DECLARED.findall(source):
            if (other := self._names.setdefault(declared, path)) != path:
                raise ValueError(f"{path} and {other} both declare {declared}")
        self._done[path] = self._code(path, source, name)

    def _source(self, path: str) -> str:
        return "" if path in self._given else (self._sources / path).read_text(encoding="utf-8")

    def _code(self, path: str, source: str, name: str) -> str:
        if path in self._given:
            data = json.dumps(self._given[path], ensure_ascii=False, separators=(",", ":"))
            return f"const {name}={data};"
        if path in self._shared:
            names = ",".join(re.findall(r"^export \w+ (\w+)", source, re.MULTILINE))
            return f"const{{{names}}}={_WHERE_SHARED};"
        if path.endswith(".css"):
            text = json.dumps(_small_css(source), ensure_ascii=False)
            return f"const {name}=new CSSStyleSheet;{name}.replaceSync({text});"
        return _small_js(_EXPORT.sub("", _IMPORT.sub("", source)))


def _small_js(source: str) -> str:
    """Leave out comments, and the space around signs; what is left can still be read."""
    small = _JS_TOKEN.sub(_shorter, _JS_TOKEN.sub(_uncommented, source)).strip()
    return _NEEDLESS.sub("", small)


def _uncommented(token: re.Match[str]) -> str:
    return "" if token["comment"] else token[0]


def _shorter(token: re.Match[str]) -> str:
    """Return a token without the space around it; our sources end statements by semicolons."""
    return token["sign"] or token["text"] or "\n"


def _small_css(source: str) -> str:
    text = _CSS_QUOTES.sub(r"=\1", _CSS_COMMENT.sub("", source))
    return _CSS_SPACE.sub(lambda space: space[1] or "", text).replace(";}", "}").strip()
