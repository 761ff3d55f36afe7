"""How much came from one network of late; forms and programs are counted together."""

from datetime import timedelta

from flask import g

from participation.contributions.trust import Step, step_of_viewer
from participation.kernel.limits import allow
from participation.web.known_devices import here

HOUR = timedelta(hours=1)
AT_MOST = 10  # texts of people who are new here in an hour from one network; what is more is looked at first


def is_calm() -> bool:
    """Whether only few texts of people who are new here came from this network of late; others are not counted.

    To be called before the write: it counts in a transaction of its own.
    """
    is_new = step_of_viewer(g.viewer, g.tenant.id) == Step.NEW
    return not is_new or allow("new-send", here(), AT_MOST, HOUR)
