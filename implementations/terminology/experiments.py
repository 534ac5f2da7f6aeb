"""Names that the documents print, derived from the full names they stand for."""

from __future__ import annotations

import re
from itertools import permutations


def initialism(*, name: str = "long short-term memory") -> str:
    """The first letters of the words of ``name`` in capitals; hyphens and spaces separate words."""
    return "".join(word[0] for word in re.split(r"[\s-]+", name.strip())).upper()


def ordering_that_reads_the_name(*, letters: str = "LTSM", name: str = "long short-term memory") -> str:
    """The same by enumeration: of all orders of the printed ``letters`` the ones found at the starts of the words in turn.

    Several are joined by "/"; none gives the empty text.
    """
    found = set()
    for order in permutations(letters.lower()):
        pattern = r"\b" + r"\w*\W+\b".join(map(re.escape, order)) + r"\w*$"
        if re.search(pattern, name.lower()):
            found.add("".join(order).upper())
    return "/".join(sorted(found))
