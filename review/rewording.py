"""What somebody made of a draft's text, by this installation's products and its limit for minor."""

from django.conf import settings

from revenue.models import Product
from review import edits


def judge(before: str, after: str) -> edits.Edit:
    """Subject and body, as they are stored. A product's name is a fact however it is written."""
    return edits.compare(
        before, after, minor_below=settings.MINOR_EDIT_BELOW,
        products=Product.objects.values_list("name", flat=True),
    )  # fmt: skip


def explain(edit: edits.Edit) -> str:
    """The judgement as a sentence; "" when nothing was changed. Facts come first."""
    if edit.changed_facts:
        return f"Major change: {', '.join(map(str, edit.changed_facts))}."
    if not edit.is_read:
        return "Major change: these words are not English, so each that changes counts as a fact."
    if edit.kind == "major":
        return f"Major change: {edit.distance:.0%} of the words changed."
    return "Minor change: the wording alone." if edit.kind == "minor" else ""
