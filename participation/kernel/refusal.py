"""How a service says no: a sentence for the reader, and what kind of no it is."""

from datetime import timedelta
from math import ceil
from typing import Any

from flask_babel import lazy_gettext as _l

FASTER = _l("Jemand anderes war schneller. Bitte sehen Sie sich den neuen Stand an.")


class Refused(Exception):
    """Something is not possible now. `sentence` says what is the case, what is kept, how to go on."""

    status = 403

    def __init__(self, sentence: Any, *, status: int | None = None) -> None:
        super().__init__(str(sentence) if isinstance(sentence, str) else "refused")
        self.sentence = sentence
        if status is not None:
            self.status = status


class Invalid(Refused):
    """What was typed cannot be used as it is; nothing is lost, the form shows it again."""

    status = 422

    def __init__(self, sentence: Any, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class Conflict(Refused):
    """Somebody was faster."""

    status = 409


class TooOften(Refused):
    """Something was tried too often; it is possible again after `wait`."""

    status = 429

    def __init__(self, sentence: Any, wait: timedelta) -> None:
        super().__init__(sentence)
        self.wait = wait


def minutes_of(wait: timedelta) -> int:
    """A time to wait as people are told it, in whole minutes, rather too long than too short."""
    return max(1, ceil(wait.total_seconds() / 60))


class Unknown(Refused):
    """There is no such thing here, or it is not to be seen."""

    status = 404

    def __init__(self) -> None:
        super().__init__("not found")
