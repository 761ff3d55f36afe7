"""What the room does when something happens."""

from participation.kernel.events import Event, Handler

HANDLERS: dict[type[Event], tuple[Handler, ...]] = {}
