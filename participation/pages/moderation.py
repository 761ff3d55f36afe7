"""The pages of moderation, each group in a file of its own, below one blueprint."""

from participation.pages import (
    moderation_appeals,
    moderation_barriers,
    moderation_deputies,
    moderation_digest,
    moderation_escalations,
    moderation_figures,
    moderation_inquiries,
    moderation_item,
    moderation_log,
    moderation_many,
    moderation_places,
    moderation_queue,
    moderation_redaction,
    moderation_settings,
    moderation_similar,
)
from participation.pages.moderation_routes import bp

VIEWS = (
    moderation_queue,
    moderation_many,
    moderation_item,
    moderation_redaction,
    moderation_escalations,
    moderation_appeals,
    moderation_settings,
    moderation_deputies,
    moderation_barriers,
    moderation_figures,
    moderation_similar,
    moderation_places,
    moderation_inquiries,
    moderation_log,
    moderation_digest,
)

__all__ = ["VIEWS", "bp"]
