"""Messages that explain to users why a request failed, with helpful links."""

from __future__ import annotations

from clientforms.browser.runtime import document
from clientforms.online.messages import Action
from clientforms.online.online_words import word
from clientforms.online.server_requests import Answer, absolute
from clientforms.texts import text

__all__ = ["explanation", "login_address"]


def explanation(answer: Answer) -> tuple[str, list[Action]]:
    """Return a message about a failed request, and helpful links."""
    status = answer.status
    if login := login_address(answer):
        return (
            word("You are not logged in any more. Log in, then try again."),
            [Action(text("Log in"), address=login)],
        )
    if not status and answer.is_late:
        return word(
            "The server does not answer. It may have got this: look before you try again."
        ), []
    if not status:
        return word("The server cannot be reached."), []
    if answer.text("code") == "csrf":
        return word(
            "The server does not recognize this page. Allow cookies, or reload the page."
        ), []
    if said := answer.text("message"):
        return said, []
    if status == 413:
        return word("This is too large for the server."), []
    if status in (401, 403):
        return word("You are not allowed to do this."), []
    if status >= 400:
        return word("The server reports a failure (%(status)s).", status=status), []
    links = [Action(word("Open that page"), address=answer.address)] if answer.address else []
    return word("The server answered with another page than expected."), links


def login_address(answer: Answer) -> str:
    """Return the URL of the login page if the server requires a login, otherwise an empty string."""
    login = absolute(answer.text("login") or _login_page(answer))
    return login if login.startswith(("http:", "https:")) else ""


def _login_page(answer: Answer) -> str:
    """Return the URL of the login page if the server redirected the request to it, otherwise an empty string."""
    own = str(document.documentElement.getAttribute("data-login-url") or "")
    if own and answer.address.partition("?")[0] == absolute(own).partition("?")[0]:
        return own
    return ""
