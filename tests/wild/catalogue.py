"""Forms that nobody here wrote, and what they are filled in with: `make wild` tries them all.

`LIVE` are live in a page and validate as under CPython; `REFUSED` are not, and the tool says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["LIVE", "REFUSED", "WildForm"]


@dataclass(frozen=True)
class WildForm:
    """A form of the distribution `package`. Data are values, or lists of them, by field name.

    `valid` are valid under CPython and in a page, `bad` in neither, and a blank form is not valid.
    """

    package: str
    target: str
    valid: dict[str, Any]
    bad: dict[str, Any]
    files: dict[str, str] = field(default_factory=dict)
    """Texts of the files that belong to `valid`, by field name."""
    left: bool = False
    """Whether valid data meet a rule that is left to the server. They are valid there."""
    why_blank_is_valid: str = ""
    by_script: dict[str, str] = field(default_factory=dict)
    """Controls that the package's script adds to the row and fills in, where `valid` is typed: name to value."""
    fixture: str = ""
    complaints: tuple[str, ...] = ()
    """What the package's own scripts have on the console, as regular expressions."""
    languages: tuple[str, ...] = ("en", "de")


_LETTERS = {"username": "grace", "password1": "Xk3-lighthouse", "password2": "Xk3-lighthouse"}
_OPTIONAL = "no field is required"
_FIRST = "a select without a blank option has its first one chosen"

LIVE = (
    WildForm(
        "Django", "django.contrib.auth.forms:UserCreationForm", _LETTERS,
        {**_LETTERS, "password2": "other", "username": "no spaces, please"}, left=True,
    ),
    WildForm(
        "Django", "django.contrib.auth.forms:AuthenticationForm",
        {"username": "ada", "password": "Xk3-lighthouse"}, {"username": "x" * 200, "password": ""},
        left=True,
    ),
    WildForm(
        "Django", "django.contrib.auth.forms:PasswordResetForm", {"email": "ada@example.org"},
        {"email": "ada@"},
    ),
    WildForm(
        "Django", "things.users:make_set_password_form",
        {"new_password1": "Xk3-lighthouse", "new_password2": "Xk3-lighthouse"},
        {"new_password1": "password", "new_password2": "password"},
    ),
    WildForm(
        "Django", "things.users:make_password_change_form",
        {"old_password": "Xk3-lighthouse", "new_password1": "Xk4-lighthouse", "new_password2": "Xk4-lighthouse"},
        {"old_password": "", "new_password1": "12345", "new_password2": "1234"},
        left=True,  # whether the old one is right: that takes OpenSSL
    ),
    WildForm(
        "django-allauth", "allauth.account.forms:LoginForm",
        {"login": "ada", "password": "Xk3-lighthouse"}, {"login": "", "password": "Xk3-lighthouse"},
        left=True,  # it logs in while it is validated
    ),
    WildForm(
        "django-allauth", "allauth.account.forms:SignupForm", {**_LETTERS, "email": "grace@example.org"},
        {**_LETTERS, "email": "grace@", "password2": "another"}, left=True,
    ),
    WildForm(
        "django-allauth", "allauth.account.forms:ResetPasswordForm", {"email": "ada@example.org"},
        {"email": "no address"}, left=True,
    ),
    WildForm(
        "django-allauth", "things.accounts:make_allauth_add_email_form", {"email": "new@example.org"},
        {"email": "new@example"}, left=True,
    ),
    WildForm(
        "django-registration", "django_registration.forms:RegistrationForm",
        {**_LETTERS, "email": "grace@example.org"},
        {**_LETTERS, "username": "admin", "email": "grace", "password2": ""}, left=True,
    ),
    WildForm(
        "django-registration", "django_registration.forms:RegistrationFormTermsOfService",
        {**_LETTERS, "email": "grace@example.org", "tos": "on"}, {**_LETTERS, "email": "g@example.org"},
        left=True,
    ),
    WildForm(
        "django-organizations", "organizations.forms:SignUpForm",
        {"name": "Analysts", "slug": "analysts", "email": "ada@example.org"},
        {"name": "A" * 51, "slug": "not a slug", "email": "ada"},
    ),
    WildForm(
        "django-invitations", "invitations.forms:InviteForm", {"email": "new@example.org"},
        {"email": "new"}, left=True,
    ),
    WildForm(
        "django-filter", "things.filters:ThingFilterForm",
        {"name__icontains": "lamp", "price__gt": "1.50", "bought": "2026-01-01", "cost_min": "1", "cost_max": "2.5"},
        {"price__lt": "much", "bought": "yesterday", "cost_max": "little"}, why_blank_is_valid=_OPTIONAL,
    ),
    WildForm(
        "django-taggit", "things.tags:TaggedForm", {"title": "A", "tags": "red, green"},
        {"title": "", "tags": ""},
    ),
    WildForm(
        "django-crispy-forms", "things.crispy:AddressForm",
        {"street": "Ring 1", "zip_code": "01010", "city": "Vienna"},
        {"street": "x" * 21, "zip_code": "1010a", "city": ""},
    ),
    WildForm(
        "django-localflavor", "things.german:BankForm",
        {"zip_code": "10115", "state": "BE", "iban": "DE89 3704 0044 0532 0130 00", "bic": "COBADEFFXXX"},
        {"zip_code": "1011", "state": "BE", "iban": "DE89370400440532013001", "bic": "X"},
    ),
    WildForm(
        "django-localflavor", "things.american:TaxForm",
        {"number": "078-05-1121", "state": "CA", "zip_code": "94105"},
        {"number": "000-00-0000", "state": "California!", "zip_code": "9410"},
    ),
    WildForm(
        "django-phonenumber-field", "things.phone:PhoneForm", {"phone": "030 901820", "abroad": "+43 1 4000"},
        {"phone": "12", "abroad": "1 4000"},
    ),
    WildForm(
        "django-phonenumber-field", "things.phone:SplitPhoneForm",
        {"phone_0": "AT", "phone_1": "01 4000"}, {"phone_0": "AT", "phone_1": "x"},
    ),
    WildForm(
        "django-countries", "things.countries:TravelForm", {"country": "AT", "visited": ["DE", "IT"]},
        {"country": "XX", "visited": ["YY"]},
    ),
    WildForm(
        "django-money", "things.money:PriceForm", {"price_0": "12.50", "price_1": "EUR"},
        {"price_0": "12.505", "price_1": "GBP"},
    ),
    WildForm(
        "django-select2", "things.select2:ColorsForm", {"color": "r", "others": ["g", "b"]},
        {"color": "x", "others": ["y"]},
        complaints=("jQuery is not defined",),  # which a page has to bring
        why_blank_is_valid=_FIRST,
    ),
    WildForm(
        "django-tinymce", "things.tinymce_forms:LetterForm", {"text": "<p>Dear all</p>"},
        {"text": "x" * 201},
        languages=("en",),  # for another it reads a folder of static files, which is not packed
        complaints=("Failed to load",),  # its script makes up the names of further files
    ),
    WildForm(
        "django-recaptcha", "things.captcha:HumanForm",
        {"name": "Ada"}, {"name": ""},
        by_script={"g-recaptcha-response": "a token"}, left=True,  # Google is asked
        complaints=("violates the following Content Security Policy", "request to another origin: https://www.google"),  # its script is another origin's
    ),
    WildForm("django-ace", "things.ace:CodeForm", {"code": "print(1)"}, {"code": "x" * 101},
        complaints=("Applying inline style violates",),  # its editor writes style sheets
    ),
    WildForm(
        "django-timezone-field", "things.zones:ZoneForm", {"zone": "Europe/Vienna"},
        {"zone": "Europe/Atlantis"}, why_blank_is_valid=_FIRST,
    ),
    WildForm(
        "django-recurrence", "things.recurring:MeetingForm", {"when": "RRULE:FREQ=WEEKLY;BYDAY=MO"},
        {"when": "RRULE:FREQ=SOMETIMES"},
        complaints=("pgettext is not defined",),  # Django's catalog for JavaScript, from a view
    ),
    WildForm(
        "django-oauth-toolkit", "oauth2_provider.forms:AllowForm",
        {"redirect_uri": "https://example.org/", "client_id": "a", "response_type": "code", "scope": "read"},
        {"redirect_uri": "", "scope": ""},
    ),
    WildForm(
        "django-otp", "things.devices:make_otp_form",
        {"username": "ada", "password": "Xk3-lighthouse", "otp_device": "otp_static.staticdevice/1", "otp_token": "lantern"},
        {"username": "", "password": "a"}, left=True,
    ),
    WildForm(
        "django-import-export", "things.importing:make_import_form", {"format": "0", "resource": "0"},
        {"format": "7", "resource": "0"}, files={"import_file": "id,name\n1,Lamp\n"},
    ),
    WildForm("django-haystack", "haystack.forms:SearchForm", {"q": "lamp"}, {"q": "a\x00b"}, why_blank_is_valid=_OPTIONAL),
    WildForm(
        "django-mptt", "things.tree:PlaceForm", {"place": "2"}, {"place": ""}, fixture="places.json",
    ),
    WildForm(
        "django-multiselectfield", "things.several:DaysForm", {"days": ["mo", "tu"]},
        {"days": ["mo", "tu", "we"]},
    ),
    WildForm("django-markdownx", "things.markdown_forms:NoteForm", {"text": "*a*"}, {"text": "x" * 41}, complaints=("reading .value.",)),
    WildForm(
        "django-jsonform", "things.json_forms:ConfigurationForm", {"names": '["Ada", "Grace"]'},
        {"names": '["Ada", 1'},
    ),
)  # fmt: skip

REFUSED = {
    "things.colors:PaintForm": "imports colorfield, which imports PIL, which has compiled code",
    "things.accounts:make_contact_form": "there is no template django_contact_form/contact_form.txt",
    "things.accounts:make_comment_form": (
        "this signs something with SECRET_KEY while the form is made, and no page may have it"
    ),
    "things.oauth:RegisteredApplicationForm": "imports cryptography, which has compiled code",
}
"""Targets to what the tool says of them, word for word, and docs/what-works.md too."""
