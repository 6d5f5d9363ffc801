"""One person in all tables: found, given out, and erased.

`registry` says of every table how it names people, `traces` what gives somebody away in a text,
`settling` what has to end first, `redacting` what becomes of the rows, `erasing` is the verb and
`exporting` the copy that a person may ask for (GDPR art. 15 and 17).
"""

from review.privacy.erasing import ErasureError, Scope, begin, go_on, go_on_with_all, scope
from review.privacy.exporting import READ_FIRST, Copy, export

__all__ = [
    "READ_FIRST",
    "Copy",
    "ErasureError",
    "Scope",
    "begin",
    "export",
    "go_on",
    "go_on_with_all",
    "scope",
]
