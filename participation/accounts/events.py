"""Facts about people. They hold numbers, never an address or a name."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class LinkRequested(Event):
    """Somebody asked for a link by mail; the token says to whom it goes and what it does."""

    name: ClassVar[str] = "accounts.link_requested"
    token_id: int


@dataclass(frozen=True, kw_only=True)
class PersonEvent(Event):
    """What all of them name."""

    name: ClassVar[str] = "accounts.person"
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonConfirmed(PersonEvent):
    """An address was confirmed for the first time."""

    name: ClassVar[str] = "accounts.person_confirmed"


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(PersonEvent):
    """A password was set or changed; all other log-ins ended."""

    name: ClassVar[str] = "accounts.password_changed"


@dataclass(frozen=True, kw_only=True)
class EmailChanged(PersonEvent):
    """Somebody confirmed a new address."""

    name: ClassVar[str] = "accounts.email_changed"


@dataclass(frozen=True, kw_only=True)
class PersonBlocked(PersonEvent):
    """An operator shut somebody out; all log-ins ended."""

    name: ClassVar[str] = "accounts.person_blocked"


@dataclass(frozen=True, kw_only=True)
class PersonUnblocked(PersonEvent):
    """An operator let somebody in again."""

    name: ClassVar[str] = "accounts.person_unblocked"


@dataclass(frozen=True, kw_only=True)
class OperatorMade(PersonEvent):
    """Somebody became an operator of the installation."""

    name: ClassVar[str] = "accounts.operator_made"


@dataclass(frozen=True, kw_only=True)
class PersonErased(PersonEvent):
    """Somebody deleted the account; what stays no longer points to anybody."""

    name: ClassVar[str] = "accounts.person_erased"
