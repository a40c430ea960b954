"""What is ordered, by whom."""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """Something that can be ordered, as long as there is any."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    stock = models.PositiveIntegerField(_("in stock"), default=0)

    class Meta:
        ordering = ["name"]
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self):
        return self.name


class Order(models.Model):
    """An order; no two have the same number."""

    number = models.CharField(
        _("number"),
        max_length=20,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z]-\d+$", _("Write a letter, a hyphen and digits: A-17."))
        ],
        help_text=_("A letter, a hyphen and digits, such as A-17."),
    )
    customer = models.CharField(_("customer"), max_length=60)
    email = models.EmailField(_("email address"), blank=True)
    day = models.DateField(_("day of delivery"))
    deposit = models.DecimalField(
        _("deposit"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    attachment = models.FileField(_("attachment"), upload_to="orders", blank=True)
    discount = models.PositiveSmallIntegerField(_("discount in percent"), default=0, editable=False)
    is_sent = models.BooleanField(_("sent"), default=False, editable=False)

    class Meta:
        ordering = ["day", "number"]
        verbose_name = _("order")
        verbose_name_plural = _("orders")

    def __str__(self):
        return self.number


class Line(models.Model):
    """How many of a product an order is for. No two parcels of the shop have the same label."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, verbose_name=_("product"))
    label = models.CharField(
        _("label"), max_length=20, unique=True, help_text=_("It stands on the parcel.")
    )
    count = models.PositiveIntegerField(_("count"), validators=[MinValueValidator(1)])
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("line")
        verbose_name_plural = _("lines")

    def __str__(self):
        return self.label
