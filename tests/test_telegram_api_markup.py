"""HTML as the Bot API reads it: text, entities in UTF-16 code units, and the markup it refuses."""

import pytest

from tests.telegram_api.entities import formatted, parse_html
from tests.telegram_api.errors import ApiError

GOOD = {
    "<b>a</b>": ("a", [("bold", 0, 1)]),
    "<STRONG>a</STRONG><em>b</em><ins>c</ins><del>d</del>": ("abcd", [("bold", 0, 1), ("italic", 1, 1), ("underline", 2, 1), ("strikethrough", 3, 1)]),
    "🙃 <b>żółw</b>": ("🙃 żółw", [("bold", 3, 4)]),
    "<i>👨‍👩‍👧</i><b>ą</b>": ("👨‍👩‍👧ą", [("italic", 0, 8), ("bold", 8, 1)]),
    "<b>a<i>b</i></b>": ("ab", [("bold", 0, 2), ("italic", 1, 1)]),
    "&lt;b&gt; &amp;amp; &quot;&#380;&#x17C;": ('<b> &amp; "żż', []),
    '<a href="https://a.pl/?x=1&amp;y=2">a</a>': ("a", [("text_link", 0, 1)]),
    '<a href="tg://user?id=7">a</a>': ("a", [("text_mention", 0, 1)]),
    '<a href="tel:112">112</a>': ("112", []),
    '<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>': ("ab", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
    "<blockquote expandable>a</blockquote>": ("a", [("expandable_blockquote", 0, 1)]),
    '<pre><code class="language-python">a</code></pre>': ("a", [("code", 0, 1), ("pre", 0, 1)]),
    "<b></b>x": ("x", []),
    "a > b": ("a > b", []),
    "<b>a</>": ("a", [("bold", 0, 1)]),
    "\n <b> a</b> \n": ("a", [("bold", 0, 1)]),
    "ż /pomoc @nazwa_bota https://a.pl/x. a@b.pl #mróz": (
        "ż /pomoc @nazwa_bota https://a.pl/x. a@b.pl #mróz",
        [("bot_command", 2, 6), ("mention", 9, 11), ("url", 21, 14), ("email", 37, 6), ("hashtag", 44, 5)],
    ),
}
BAD = {
    "<p>a</p>": 'Unsupported start tag "p" at byte offset 0',
    "ż <br>": 'Unsupported start tag "br" at byte offset 3',
    "2 < 3": 'Unsupported start tag "" at byte offset 2',
    "<3": 'Unsupported start tag "3" at byte offset 0',
    "<b>a": 'Can\'t find end tag corresponding to start tag "b"',
    "a</b>": "Unexpected end tag at byte offset 1",
    "<b><i>a</b></i>": 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    "<b": "Unclosed start tag at byte offset 0",
    "<b>a</b": "Unclosed end tag at byte offset 4",
    "<a href>a</a>": 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
    "<span>a</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    "&nbsp;": 'Unsupported entity "&nbsp;" at byte offset 0',
    "ą & b": 'Unsupported entity "&" at byte offset 3',
}


@pytest.mark.parametrize("markup", GOOD)
def test_good_markup(markup: str) -> None:
    text, entities = formatted(markup, "HTML", None, strict=True)
    assert (text, [(entity["type"], entity["offset"], entity["length"]) for entity in entities]) == GOOD[markup]


@pytest.mark.parametrize("markup", BAD)
def test_bad_markup(markup: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(markup)
    assert refused.value.description == f"Bad Request: can't parse entities: {BAD[markup]}"


def test_the_live_server_lets_a_stray_ampersand_through() -> None:
    assert parse_html("a & b &nbsp; &lt;", strict=False) == ("a & b &nbsp; <", [])


def test_links_keep_their_address() -> None:
    assert parse_html('<a href="https://a.pl/?x=1&amp;y=2">a</a>')[1][0]["url"] == "https://a.pl/?x=1&y=2"
