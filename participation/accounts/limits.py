"""How often somebody may try. Each is counted in a transaction of its own, before `with writing():`."""

from datetime import timedelta

from participation.kernel.limits import allow, allow_guess, forgive, give_back

HOUR = timedelta(hours=1)
TRIES_PER_ACCOUNT = 10
CODES_PER_ACCOUNT = 5
TRIES_PER_NETWORK = 30
REGISTRATIONS_PER_NETWORK = 20


def may_try_password(email: str, *, device: str, network: str) -> bool:
    """Whether a password may be tried: 10 in an hour for an account, 30 from a network.

    A device on which the person has logged in before (`device` is its number, "" for others) has a count of its
    own, so that strangers who guess do not lock the owner out.
    """
    from_here = allow("password-network", network, TRIES_PER_NETWORK, HOUR) or bool(device)
    return allow_guess("password", f"{email}|{device}", TRIES_PER_ACCOUNT, HOUR) and from_here


def password_was_right(email: str, *, device: str) -> None:
    """A right password does not count against its owner; inside the write."""
    give_back("password", f"{email}|{device}")


def may_try_code(person_id: int, *, device: str) -> bool:
    """Whether a code of the second factor may be tried: five in an hour, counted like passwords."""
    return allow_guess("second-factor", f"{person_id}|{device}", CODES_PER_ACCOUNT, HOUR)


def code_was_right(person_id: int, *, device: str) -> None:
    """Wrong codes before a right one are forgiven; inside the write."""
    forgive("second-factor", f"{person_id}|{device}")


def may_register(network: str) -> bool:
    """Whether somebody may ask for a link from this network: 20 in an hour."""
    return allow("register", network, REGISTRATIONS_PER_NETWORK, HOUR)
