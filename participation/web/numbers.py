"""Numbers from addresses and forms: what is none, or none that a database has, is nothing."""


def number_in(typed: object) -> int | None:
    """The number that was typed in plain figures, up to 18 of them; None for anything else."""
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
