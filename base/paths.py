"""Where a page goes back to: a path of this site, or nowhere."""

from django.utils.http import url_has_allowed_host_and_scheme


def safe_path(url: object) -> str:
    """`url` if it is a path on this site ("/pay/…"), else ""; another host is never followed."""
    if (
        isinstance(url, str)
        and url.startswith("/")
        and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    ):
        return url
    return ""
