"""Pages: account. One blueprint, its views in several files."""

from participation.pages import (
    account_data,
    account_entry,
    account_keys,
    account_links,
    account_own,
    account_security,
    account_settings,
)
from participation.pages.account_routes import bp

VIEWS = (account_entry, account_keys, account_links, account_own, account_settings, account_security, account_data)

__all__ = ["VIEWS", "bp"]
