"""Text with entities: the HTML parse mode as documented, offsets in UTF-16 code units, and what Telegram finds by itself."""

import re
from urllib.parse import parse_qs, urlsplit

from tests.telegram_api.errors import Json, bad_request

TAGS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "blockquote": "blockquote",
    "code": "code",
    "pre": "pre",
    "tg-emoji": "custom_emoji",
}
"""Each supported tag and the entity it makes."""

_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<dec>[0-9]+)|(?P<name>[a-zA-Z]*))(?P<end>;?)")
_TAG = re.compile(r"""<(?P<end>/?)(?P<name>[^\s>]*)(?P<attributes>(?:[^>"']|"[^"]*"|'[^']*')*)>""")
_ATTRIBUTE = re.compile(r"""\s*(?P<name>[^\s=]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<token>[\w.-]+)))?""")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[\w/=&#-])"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[A-Za-z0-9_]{4,32})(?!\w)"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)",
)
_OPAQUE = {"code", "pre", "text_link", "text_mention"}


def units(text: str) -> int:
    """The length in UTF-16 code units, in which the Bot API counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(markup: str, *, strict: bool = True) -> tuple[str, list[Json]]:
    """The text and its entities; bad markup raises 400. `strict` also refuses an & that the documentation wants escaped."""
    if "<" not in markup and "&" not in markup:
        return markup, []
    return _Parser(markup, strict=strict).run()


class _Parser:
    """One pass over the markup with a stack of open tags."""

    def __init__(self, markup: str, *, strict: bool) -> None:
        self.markup = markup
        self.strict = strict
        self.pieces: list[str] = []
        self.offset = 0
        self.open: list[tuple[str, dict[str, str], int, int]] = []
        self.entities: list[Json] = []

    def run(self) -> tuple[str, list[Json]]:
        position = 0
        while (start := self.markup.find("<", position)) >= 0:
            self._add(self._unescape(self.markup[position:start], position))
            position = self._tag(start)
        self._add(self._unescape(self.markup[position:], position))
        if self.open:
            raise self._error(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        return "".join(self.pieces), sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))

    def _error(self, problem: str, position: int | None = None) -> Exception:
        at = "" if position is None else f" at byte offset {len(self.markup[:position].encode('utf-8', 'surrogatepass'))}"
        return bad_request(f"can't parse entities: {problem}{at}")

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.offset += units(text)

    def _unescape(self, text: str, position: int) -> str:
        return _REFERENCE.sub(lambda match: self._character(match, position), text) if "&" in text else text

    def _character(self, match: re.Match[str], position: int) -> str:
        if match["name"] is not None:
            character = _NAMED.get(match["name"], "")
        else:
            code = int(match["hex"], 16) if match["hex"] else int(match["dec"])
            character = chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""
        if not character and self.strict:
            raise self._error(f'Unsupported entity "{match[0]}"', position + match.start())
        return character or match[0]

    def _tag(self, start: int) -> int:
        match = _TAG.match(self.markup, start)
        name = (match or re.compile(r"</?(?P<name>[^\s>]*)").match(self.markup, start) or {"name": ""})["name"].lower()
        closing = self.markup.startswith("</", start)
        if match is None and (closing or name in TAGS):
            raise self._error(f"Unclosed {'end' if closing else 'start'} tag", start)
        if match is not None and closing:
            self._close(name, start)
            return match.end()
        if match is None or name not in TAGS:
            raise self._error(f'Unsupported start tag "{name}"', start)
        attributes = self._attributes(name, match["attributes"], start)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', start)
        self.open.append((name, attributes, self.offset, len(self.pieces)))
        return match.end()

    def _attributes(self, tag: str, text: str, start: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        position, text = 0, text.rstrip()
        while position < len(text):
            match = _ATTRIBUTE.match(text, position)
            if match is None:
                raise self._error(f'Empty attribute name in the tag "{tag}"', start)
            value = next((match[kind] for kind in ("double", "single", "token") if match[kind] is not None), None)
            if value is None and tag != "blockquote":
                raise self._error(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', start)
            attributes[match["name"]] = self._unescape(value or "", start)
            position = match.end()
        return attributes

    def _close(self, name: str, start: int) -> None:
        if not self.open:
            raise self._error("Unexpected end tag", start)
        tag, attributes, offset, piece = self.open.pop()
        if name and name != tag:
            position = len(self.markup[:start].encode("utf-8", "surrogatepass"))
            raise self._error(f'Unmatched end tag at byte offset {position}, expected "</{tag}>", found "</{name}>"')
        if self.offset > offset:
            entity = _entity(tag, attributes, "".join(self.pieces[piece:]))
            if entity:
                self.entities.append({**entity, "offset": offset, "length": self.offset - offset})


def _entity(tag: str, attributes: dict[str, str], text: str) -> Json | None:
    """The entity of a closed tag; None where Telegram drops it silently, as with a link it cannot open (tel:, mailto:)."""
    if tag == "a":
        return _link(attributes.get("href") or text)
    if tag == "tg-emoji":
        return {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
    if tag == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    return {"type": TAGS[tag]}


def _link(url: str) -> Json | None:
    parts = urlsplit(url)
    if parts.scheme == "tg" and parts.netloc == "user":
        identity = parse_qs(parts.query).get("id", ["0"])[0]
        return {"type": "text_mention", "user": {"id": int(identity), "is_bot": False, "first_name": "User"}}
    if parts.scheme not in {"", "http", "https", "tg", "ton"} or not (parts.netloc or "." in url):
        return None
    return {"type": "text_link", "url": url if parts.scheme else f"http://{url}"}


def found(text: str) -> list[Json]:
    """Entities that Telegram finds in plain text: commands, mentions, addresses, hashtags."""
    if not any(sign in text for sign in "/@#"):
        return []
    return [{"type": match.lastgroup, "offset": units(text[: match.start()]), "length": units(match[0])} for match in _FOUND.finditer(text)]


def formatted(markup: str, parse_mode: str | None, given: list[Json] | None, *, strict: bool) -> tuple[str, list[Json]]:
    """The text as stored: markup parsed, surrounding space trimmed, what Telegram finds added."""
    if parse_mode and parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode: this fake knows HTML")
    text, entities = parse_html(markup, strict=strict) if parse_mode else (markup, list(given or []))
    lead, stripped = units(text[: len(text) - len(text.lstrip())]), text.strip()
    if stripped != text:
        entities = _moved(entities, lead, units(stripped))
    covered = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _OPAQUE]
    extra = [e for e in found(stripped) if not any(start <= e["offset"] < end for start, end in covered)]
    return stripped, sorted(entities + extra, key=lambda entity: (entity["offset"], -entity["length"])) if extra else entities


def _moved(entities: list[Json], lead: int, length: int) -> list[Json]:
    """Entities after trimming: shifted by what was cut in front, cut to the text that is left."""
    moved = []
    for entity in entities:
        start, end = max(entity["offset"] - lead, 0), min(entity["offset"] + entity["length"] - lead, length)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return moved
