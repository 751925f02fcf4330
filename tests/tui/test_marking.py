"""Words of files and models as Markdown: neither links, nor markup, nor control characters."""

import unicodedata

import pytest
from markdown_it import MarkdownIt

from tests.media.injections import ORDERS
from tui.marking import as_markdown, linked, source_number, with_sources

TRICKS = (
    "[click](https://example.com) <https://example.com> https://example.com www.example.com",
    "a@example.com mailto:a@example.com ftp://example.com/x file:///etc/passwd",
    "# heading\n- list\n1. list\n> quote\n\n    code\n\tcode\n```\nfence\n```\n---\nsetext\n===",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "**bold** _it_ ~~gone~~ `code` &amp; &#91; <b>html</b> <!-- x --> \\[x\\](y) [x]: http://e.com",
    "![picture](x.png) [1](source:2) [source:1] [[x]] :smile: [@click=app.quit]x[/]",
    "\x1b]8;;http://e.com\x07x\x1b]8;;\x07 \x9b31m \u202e txt \u2066 x",
)
PLAIN = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak"}


def kinds(markdown: str) -> set[str]:
    """What Textual's Markdown makes of it."""
    found = set()
    for token in MarkdownIt("gfm-like").parse(markdown):
        found.add(token.type)
        found.update(child.type for child in token.children or ())
    return found


@pytest.mark.parametrize("text", [*ORDERS, *TRICKS])
def test_it_is_nothing_but_words(text: str) -> None:
    assert kinds(as_markdown(text)) <= PLAIN
    assert not any(
        unicodedata.category(each) in ("Cc", "Cf") and each != "\n" for each in as_markdown(text)
    )


def test_it_reads_as_it_was() -> None:
    text = "[red]*100%* of <b> & `it`_ #1: a@b.com, C:\\x (1) 2."
    (block,) = [each for each in MarkdownIt("gfm-like").parse(as_markdown(text)) if each.children]
    assert "".join(each.content for each in block.children or ()) == text


def test_only_sources_are_links() -> None:
    marked = with_sources("see [9](http://e.com) and [7]", (1, 2))
    links = [
        str(child.attrs["href"])
        for token in MarkdownIt("gfm-like").parse(marked)
        for child in token.children or ()
        if child.type == "link_open"
    ]
    assert [source_number(each) for each in links] == [1, 2]


def test_marks_of_a_kept_reply_are_links_where_there_is_a_source() -> None:
    marked = linked("The tram [7] left. [1] [2]", (1,))
    assert marked.count("](source:") == 1 and "](source:1)" in marked


@pytest.mark.parametrize("href", ["http://e.com", "source:", "source:x", "source:1x", "SOURCE:1"])
def test_other_addresses_are_no_sources(href: str) -> None:
    assert source_number(href) is None
