"""The words of a contribution: every state of them is kept, and the passage they speak of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from participation.contributions.models import Anchor, Contribution, ContributionVersion
from participation.contributions.references import fresh_salt, text_hash
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.text import render


def keep_version(contribution: Contribution, number: int, at: datetime) -> None:
    """Keep the words as they are now, with a salted hash of their own."""
    salt = fresh_salt()
    db.session.add(
        ContributionVersion(
            tenant_id=contribution.tenant_id,
            contribution_id=contribution.id,
            number=number,
            title=contribution.title,
            source=contribution.source,
            salt=salt,
            text_hash=text_hash(salt, contribution.title, contribution.source),
            at=at,
        )
    )


def put_anchor(contribution: Contribution, passage: Mapping[str, Any]) -> None:
    """Say which words of its place a contribution speaks of; it has no anchor yet."""
    fields = {name: passage[name] for name in ("version_id", "node_key", "start", "end", "exact", "prefix", "suffix")}
    db.session.add(Anchor(tenant_id=contribution.tenant_id, contribution_id=contribution.id, **fields))


def replace_text(contribution: Contribution, *, title: str, text: str) -> None:
    """A checked text in place of the one before, as a new version; who may do that, the caller has asked."""
    contribution.title, contribution.source, contribution.html = title, text, render(text)
    contribution.edited_at = now()
    contribution.versions += 1
    keep_version(contribution, contribution.versions, now())
