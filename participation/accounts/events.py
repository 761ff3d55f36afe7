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
    first: bool = False  # there was none before: it was set by a link in a mail


@dataclass(frozen=True, kw_only=True)
class EmailChanged(PersonEvent):
    """Somebody confirmed a new address; the token of the link knows the old one."""

    name: ClassVar[str] = "accounts.email_changed"
    token_id: int = 0


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
class SecondFactorSet(PersonEvent):
    """A second factor was set up or changed; all other log-ins ended."""

    name: ClassVar[str] = "accounts.second_factor_set"


@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(PersonEvent):
    """Somebody took off the own second factor."""

    name: ClassVar[str] = "accounts.second_factor_removed"


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(PersonEvent):
    """Somebody else took off the second factor of a person who had lost it; all log-ins ended."""

    name: ClassVar[str] = "accounts.second_factor_reset"


@dataclass(frozen=True, kw_only=True)
class PasskeyAdded(PersonEvent):
    """A passkey was set up; all other log-ins ended."""

    name: ClassVar[str] = "accounts.passkey_added"


@dataclass(frozen=True, kw_only=True)
class PasskeyRemoved(PersonEvent):
    """Somebody removed an own passkey; all other log-ins ended."""

    name: ClassVar[str] = "accounts.passkey_removed"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(PersonEvent):
    """Ten new recovery codes were made; those of before are void."""

    name: ClassVar[str] = "accounts.recovery_codes_made"
    with_factor: bool = False  # they came with a second factor that was just set up


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(PersonEvent):
    """A recovery code was used instead of the second factor."""

    name: ClassVar[str] = "accounts.recovery_code_used"


@dataclass(frozen=True, kw_only=True)
class InactivityTold(PersonEvent):
    """Somebody is told that an account nobody used for long will be deleted."""

    name: ClassVar[str] = "accounts.inactivity_told"


@dataclass(frozen=True, kw_only=True)
class PersonErased(PersonEvent):
    """Somebody deleted the account; what stays no longer points to anybody. `mark`: for the list of erased people."""

    name: ClassVar[str] = "accounts.person_erased"
    mark: str = ""
    withdrawn: bool = False


CHANGES_OF_ACCESS: tuple[type[PersonEvent], ...] = (  # what whoever watches over accounts wants to see
    PersonConfirmed, PasswordChanged, EmailChanged, PersonBlocked, PersonUnblocked, OperatorMade, SecondFactorSet,
    SecondFactorRemoved, SecondFactorReset, PasskeyAdded, PasskeyRemoved, RecoveryCodesMade, RecoveryCodeUsed,
    PersonErased,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(Event):
    """An authority vouches for an organisation or not any more, or its members changed."""

    name: ClassVar[str] = "accounts.organisation_changed"
    organisation_id: int
