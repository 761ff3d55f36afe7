"""Addresses in mails: made where there is no request, in the language of the reader, on the host of the authority."""

from urllib.parse import urlsplit

from flask import current_app

from participation.tenants.models import Tenant


def link(endpoint: str, tenant: Tenant | None, language: str, **values: str) -> str:
    """The whole address of a page. Values are those of the route, without the tenant."""
    base = urlsplit(current_app.config["SETTINGS"]["base_url"])
    root = "/en" if language == "en" else ""
    urls = current_app.url_map.bind(base.netloc, script_name=root or "/", url_scheme=base.scheme)
    path = urls.build(endpoint, {"tenant": tenant.slug, **values} if tenant else values)
    if tenant is not None and tenant.host:
        return f"{base.scheme}://{tenant.host}{root}{path.removeprefix(root).removeprefix(f'/{tenant.slug}')}"
    return f"{base.scheme}://{base.netloc}{path}"
