"""Facts about notices."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SubscriptionAsked(Event):
    """Somebody typed an address to be told about a procedure; only the link in the mail makes it count."""

    name: ClassVar[str] = "notices.subscription_asked"
    token_id: int
