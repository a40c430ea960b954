"""Orders, and what can be ordered."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models


class Product(models.Model):
    name = models.CharField("Name", max_length=80, unique=True)
    is_available = models.BooleanField("lieferbar", default=True)

    def __str__(self):
        return self.name


class Order(models.Model):
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True)
    name = models.CharField("Name", max_length=80)
    email = models.EmailField("E-Mail")
    delivery = models.DateField("Lieferung am")
    note = models.TextField("Bemerkung", blank=True)

    def __str__(self):
        return f"Bestellung von {self.name}"

    def clean(self):
        if self.delivery and self.delivery.weekday() == 6:
            raise ValidationError({"delivery": "Sonntags liefern wir nicht."})


class OrderLine(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(
        Product, models.PROTECT, verbose_name="Artikel", limit_choices_to={"is_available": True}
    )
    quantity = models.PositiveSmallIntegerField("Anzahl", default=1)

    class Meta:
        unique_together = (("order", "product"),)

    def __str__(self):
        return f"{self.quantity} × {self.product}"
