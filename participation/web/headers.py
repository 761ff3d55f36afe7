"""The headers every answer carries, errors and redirects too."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Flask, Response, g, request, session

REPORTS: Final = "/-/policy-reports"  # where browsers say what they refused to do
PICTURES: Final = "img-src 'self' data:"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        PICTURES,
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types default",
        f"report-uri {REPORTS}",
    )
)
SANDBOX: Final = "sandbox; default-src 'none'"  # of files: opened by themselves they can do nothing at all
SHARED: Final = "no-cache"  # caches may keep the page and ask each time whether it is still true
OWN_FEATURES: Final = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
NO_FEATURES: Final = (  # what reaches hardware, asks for a permission or watches; the header travels with every file
    "accelerometer autoplay browsing-topics camera clipboard-read display-capture geolocation gyroscope hid "
    "idle-detection local-fonts magnetometer microphone midi payment screen-wake-lock serial usb window-management "
    "xr-spatial-tracking"
).split()
LOCATING: Final = "geolocation"  # only for pages that ask where somebody is


def features(*more: str) -> str:
    """What the browser may do for a page: our own features, and what this page needs beside them."""
    off = [f"{name}=()" for name in NO_FEATURES if name not in more]
    return ", ".join((*off, *(f"{name}=(self)" for name in (*OWN_FEATURES, *more))))


HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": features(),
}
TRY_AGAIN: Final = "3600"  # seconds; what was tried too often is possible again within an hour
TRANSPORT: Final = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def headers_for(settings: Mapping[str, Any]) -> dict[str, str]:
    """What every answer of an installation carries: over https browsers are told to stay there."""
    return HEADERS | (TRANSPORT if settings["base_url"].startswith("https://") else {})


def allow_geolocation() -> None:
    """Let the page that is being made ask the device where it is."""
    g.asks_position = True


def allow_pictures_from(origin: str) -> None:
    """Let the page that is being made load pictures from one more origin, a checked one; "" for none."""
    if origin and origin not in pictures_from():
        g.pictures_from = (*pictures_from(), origin)


def pictures_from() -> tuple[str, ...]:
    """The other origins that the page may load pictures from."""
    found: tuple[str, ...] = g.get("pictures_from", ())
    return found


def _of_this_page() -> dict[str, str]:
    """The headers that what stands on the page makes wider, each by exactly one thing."""
    found = {}
    if g.get("asks_position"):
        found["Permissions-Policy"] = features(LOCATING)
    if origins := pictures_from():
        found["Content-Security-Policy"] = POLICY.replace(PICTURES, " ".join((PICTURES, *origins)))
    return found


def clearing(response: Response) -> Response:
    """After this answer a browser forgets pages and storage; not its cookies, which name known devices and drafts."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def init_app(app: Flask) -> None:
    """Add them after each request."""
    headers = headers_for(app.config["SETTINGS"])

    @app.after_request
    def add(response: Response) -> Response:
        is_file = response.headers.get("Content-Security-Policy") == SANDBOX
        for name, value in (headers | _of_this_page()).items():
            if not (is_file and name == "Permissions-Policy"):  # only pages have features to switch off
                response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store" if _is_personal() else SHARED
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", TRY_AGAIN)
        if not response.cache_control.public:
            response.vary.add("Cookie")  # the same address is another page for somebody who is known
        return response


def _is_personal() -> bool:
    """Whether the answer is for one reader: with a cookie, a token or a key, and whatever a form led to."""
    is_known = bool(request.cookies) or bool(session.get("csrf_token")) or "Authorization" in request.headers
    return is_known or request.method not in ("GET", "HEAD", "OPTIONS")
