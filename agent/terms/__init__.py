"""What must hold to the letter in a text: numbers, dates, times, names; and its words by stem."""

from agent.terms.find import agrees, terms_of
from agent.terms.term import Kind, Term
from agent.terms.words import content_stems, stem

__all__ = ["Kind", "Term", "agrees", "content_stems", "stem", "terms_of"]
