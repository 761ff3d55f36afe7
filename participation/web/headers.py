"""The headers every answer carries, errors and redirects too."""

from flask import Flask, Response, request, session

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types default",
    )
)
SHARED = "no-cache"  # caches may keep the page and ask each time whether it is still true
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), payment=(), usb=()",
}


def init_app(app: Flask) -> None:
    """Add them after each request."""
    secure = app.config["SETTINGS"]["base_url"].startswith("https://")

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if "Cache-Control" not in response.headers:
            is_personal = bool(request.cookies) or bool(session.get("csrf_token"))
            response.headers["Cache-Control"] = "no-store" if is_personal or request.method == "POST" else SHARED
        return response
