"""Text: the only door through which words of people become HTML.

Markdown is turned into HTML once, on write, and sanitised here. Two cleaners that share no code must agree:
`nh3` cleans (twice, since nested links need a second pass to become stable) and `bleach` checks. Where they
disagree the text stays and the markup goes.
"""

import html as markup
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import bleach
import nh3
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

CONTRIBUTION_LIMIT: Final = 20_000
RICH_LIMIT: Final = 200_000
_NESTING: Final = 20
_MARKS_IN_A_ROW: Final = 8

_WEB_LINK = re.compile(r"(?i:https?://|mailto:)[^\s\\\x00-\x1f]+")
_LOCAL_LINK = re.compile(r"#[\w.-]+|/(?![/\\])[^\s\\\x00-\x1f]*")
_LOCAL_FILE = re.compile(r"/(?:[\w-]+/){0,3}-/files/[\w-]+(?:[./][\w-]+)*")
_SPAN = re.compile(r"[1-9]\d?")
_NUMBER = re.compile(r"\d{1,4}")
_WORD = re.compile(r"col|row|colgroup|rowgroup")
_ANYTHING = re.compile(r"(?s).*")

# Bidi embeddings, overrides and isolates would turn the text around them; the marks that Hebrew and Arabic
# need stay. Control and non-characters cannot be written into XML (feeds, exports).
_FORBIDDEN = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_ZERO_WIDTH = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BLOCK_END = re.compile(r"(</(?:p|li|h[2-4]|blockquote|pre|tr|caption)>|<br>)(?!\s)")
_PILED_QUOTES = re.compile(r"^[ \t]*(?:>[ \t]*){7}", re.MULTILINE)  # each level reads all lines below again
_CELL_END = re.compile(r"(</t[hd]>)(?!\s)")


class TextProblem(ValueError):
    """A text that cannot be taken; `sentence` says why in the reader's language."""

    def __init__(self, sentence: LazyString) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BrokenText(TextProblem):
    """The text holds NUL or lone surrogates, which no database and no browser can keep."""

    status = 400


class TextTooLong(TextProblem):
    """The text is longer than its place allows."""


@dataclass(frozen=True)
class Policy:
    """What may stand in a piece of HTML: elements, attributes with the form of the value, `rel` of links."""

    tags: frozenset[str]
    attributes: Mapping[str, Mapping[str, tuple[re.Pattern[str], ...]]]
    rel: str

    def allows(self, tag: str, name: str, value: str) -> bool:
        """True if this element may carry this attribute with this value."""
        if (tag, name) == ("a", "rel"):
            return value == self.rel
        return any(form.fullmatch(value) for form in self.attributes.get(tag, {}).get(name, ()))


_CELL = {"colspan": (_SPAN,), "rowspan": (_SPAN,)}
RESIDENT: Final = Policy(
    tags=frozenset("p br em strong ul ol li blockquote a".split()),
    attributes={"a": {"href": (_WEB_LINK,)}, "ol": {"start": (_NUMBER,)}},
    rel="nofollow ugc noopener",
)
RICH: Final = Policy(
    tags=RESIDENT.tags | frozenset("h2 h3 h4 hr sup sub code pre table caption thead tbody tfoot tr th td img".split()),
    attributes={
        "a": {"href": (_WEB_LINK, _LOCAL_LINK)},
        "ol": {"start": (_NUMBER,)},
        "img": {"src": (_LOCAL_FILE,), "alt": (_ANYTHING,)},
        "th": {**_CELL, "scope": (_WORD,)},
        "td": _CELL,
    },
    rel="noopener",
)


def check_storable(text: str) -> None:
    """Raises BrokenText if the text holds NUL or lone surrogates."""
    if _UNSTORABLE.search(text):
        raise BrokenText(_l("Der Text enthält Zeichen, die sich nicht speichern lassen. Bitte tippen Sie ihn neu ein."))


def without_unstorable(text: str) -> str:
    """A text without the characters that no database stores; nobody types these, they come with pasted text."""
    return _UNSTORABLE.sub("", text)


def normalise(text: str) -> str:
    """The text as it is stored: NFC, `\\n` line ends, no bidi or control characters, no trailing blanks,
    at most eight combining marks in a row. Raises BrokenText for NUL and lone surrogates.
    """
    check_storable(text)
    text = _FORBIDDEN.sub("", _LINE_END.sub("\n", text))
    text = _without_piled_marks(unicodedata.normalize("NFC", text))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def normalise_name(text: str) -> str:
    """A name or title on one line: like `normalise`, without zero-width characters, blanks joined to one."""
    return " ".join(_ZERO_WIDTH.sub("", normalise(text)).split())


def render(source: str) -> str:
    """Safe HTML for a resident's Markdown: paragraphs, emphasis, lists, quotes, links; the rest stays typed.
    Raises BrokenText, and TextTooLong above CONTRIBUTION_LIMIT characters.
    """
    return _render(source, _RESIDENT_MARKDOWN, RESIDENT, CONTRIBUTION_LIMIT)


def render_rich(source: str) -> str:
    """Safe HTML for a text of staff: also headings (h2 to h4), tables, code, pictures of this installation.
    Raises BrokenText, and TextTooLong above RICH_LIMIT characters.
    """
    return _render(source, _RICH_MARKDOWN, RICH, RICH_LIMIT)


def clean(html: str, policy: Policy = RESIDENT) -> str:
    """HTML reduced to what the policy allows; only its words where the second cleaner would change it.

    Raises BrokenText.
    """
    check_storable(html)
    cleaner = _CLEANERS[policy.rel]
    once = _FORBIDDEN.sub("", cleaner.clean(html))
    safe = cleaner.clean(once)
    if "<" not in safe or _bleached(safe, policy) == safe:
        return safe
    return escape(plain(safe))


def plain(html: str) -> str:
    """The words of a piece of HTML, as the browser's `textContent` has them; blocks end in a line break."""
    ended = _CELL_END.sub(r"\1 ", _BLOCK_END.sub("\\1\n", html))
    return markup.unescape(_NO_TAGS.clean(ended)).strip()


def escape(text: str) -> str:
    """Text as HTML that shows exactly these characters (quotes need no escaping outside attributes)."""
    return markup.escape(text, quote=False)


def excerpt(text: str, length: int) -> str:
    """At most `length` characters of a plain text on one line, cut between words, ended with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: max(length - 1, 0)]
    head = cut.rpartition(" ")[0] if line[len(cut)].isalnum() else cut
    return (head.rstrip(" ,;:–-") or cut) + "…"


def _render(source: str, parser: MarkdownIt, policy: Policy, limit: int) -> str:
    text = normalise(source)
    if len(text) > limit:
        raise TextTooLong(_l("Der Text ist zu lang. Möglich sind höchstens %(limit)s Zeichen.", limit=limit))
    if _PILED_QUOTES.search(text):
        return _as_typed(text, policy)
    env: dict[str, object] = {}
    tokens = parser.parse(text, env)
    if any(token.level >= _NESTING - 1 for token in tokens):  # the parser drops what is nested deeper
        return _as_typed(text, policy)
    return clean(parser.renderer.render(tokens, parser.options, env), policy).strip()


def _as_typed(text: str, policy: Policy) -> str:
    """One paragraph without any markup. A single cleaner is enough, for all of its markup is made here."""
    return _CLEANERS[policy.rel].clean("<p>" + escape(text).replace("\n", "<br>\n") + "</p>")


def _markdown(policy: Policy, rules: tuple[str, ...]) -> MarkdownIt:
    options = {"maxNesting": _NESTING, "html": False, "breaks": True, "xhtmlOut": False}
    parser = MarkdownIt("zero", options).enable(
        ["list", "blockquote", "emphasis", "link", "autolink", "newline", "escape"]
    )
    parser.enable(list(rules))
    parser.core.ruler.push("house", _housed)
    parser.validateLink = lambda url: policy.allows("a", "href", url)  # type: ignore[method-assign]
    return parser


def _housed(state: StateCore) -> None:
    """Headings begin at h2, below the page's title; a picture from elsewhere becomes its alternative text."""
    for token in state.tokens:
        if token.type.startswith("heading_"):
            token.tag = f"h{min(max(int(token.tag[1]), 2), 4)}"
        for child in token.children or ():
            if child.type == "image" and not RICH.allows("img", "src", str(child.attrGet("src"))):
                child.type, child.content = "text", "".join(part.content for part in child.children or ())


def _cleaner(policy: Policy) -> nh3.Cleaner:
    def kept(tag: str, name: str, value: str) -> str | None:
        return value if policy.allows(tag, name, value) else None

    return nh3.Cleaner(
        tags=policy.tags,
        attributes={tag: set(names) for tag, names in policy.attributes.items()},
        attribute_filter=kept,
        url_schemes={"http", "https", "mailto"},
        link_rel=policy.rel,
    )


def _bleached(html: str, policy: Policy) -> str:
    """A new cleaner for each call, because bleach's are not safe to share between threads."""
    cleaned: str = bleach.clean(
        html, tags=policy.tags, attributes=policy.allows, protocols={"http", "https", "mailto"}, strip=True
    )
    return cleaned


def _without_piled_marks(text: str) -> str:
    if text.isascii():
        return text
    kept, row = [], 0
    for sign in text:
        row = row + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        if row <= _MARKS_IN_A_ROW:
            kept.append(sign)
    return "".join(kept)


_RESIDENT_MARKDOWN: Final = _markdown(RESIDENT, ())
_RICH_MARKDOWN: Final = _markdown(RICH, ("heading", "lheading", "table", "hr", "fence", "backticks", "image"))
_CLEANERS: Final = {policy.rel: _cleaner(policy) for policy in (RESIDENT, RICH)}
_NO_TAGS: Final = nh3.Cleaner(tags=set())
