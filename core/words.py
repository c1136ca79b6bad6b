"""Counts in sentences."""


def many(count: int, one: str, several: str = "") -> str:
    """'1 line', '2 lines', '1,204 lines'; `several` where an s is not enough."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
