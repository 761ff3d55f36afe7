"""How often somebody may try. Each is counted in a transaction of its own, before `with writing():`."""

from datetime import timedelta

from participation.kernel.limits import NO_WAIT, forgive, give_back, wait_for, wait_to_guess

HOUR = timedelta(hours=1)
TRIES_PER_ACCOUNT = 10
CODES_PER_ACCOUNT = 5
TRIES_PER_NETWORK = 30
REGISTRATIONS_PER_NETWORK = 20


def password_wait(email: str, *, device: str, network: str) -> timedelta:
    """How long to wait before a password may be tried, mostly no time: 10 in an hour for an account, 30 from a network.

    A device on which the person has logged in before (`device` is its number, "" for others) has a count of its
    own, so that strangers who guess do not lock the owner out.
    """
    from_here = wait_for("password-network", network, TRIES_PER_NETWORK, HOUR)
    for_account = wait_to_guess("password", f"{email}|{device}", TRIES_PER_ACCOUNT, HOUR)
    return max(for_account, NO_WAIT if device else from_here)


def password_was_right(email: str, *, device: str) -> None:
    """A right password does not count against its owner; inside the write."""
    give_back("password", f"{email}|{device}")


def code_wait(person_id: int, *, device: str) -> timedelta:
    """How long to wait before a code of the second factor may be tried: five in an hour, counted like passwords."""
    return wait_to_guess("second-factor", f"{person_id}|{device}", CODES_PER_ACCOUNT, HOUR)


def code_was_right(person_id: int, *, device: str) -> None:
    """Wrong codes before a right one are forgiven; inside the write."""
    forgive("second-factor", f"{person_id}|{device}")


def register_wait(network: str) -> timedelta:
    """How long to wait before somebody may ask for a link from this network: 20 in an hour."""
    return wait_for("register", network, REGISTRATIONS_PER_NETWORK, HOUR)
