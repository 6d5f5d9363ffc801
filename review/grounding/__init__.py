"""Is what a mail asserts on record? Names, figures, prices, dates, links: each with its place.

`check` is pure and deterministic: the text of a mail and what is known come in, the spans that
nothing supports come out. The guards call it at intake and in the claim, the desk for its marks.
"""

from review.grounding.checking import KINDS, Span, check
from review.grounding.records import Deal, Known, Product, Text

__all__ = ["KINDS", "Deal", "Known", "Product", "Span", "Text", "check"]
