from django.db import models


class Account(models.Model):
    owner = models.CharField(max_length=40, unique=True)
    balance = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    currency = models.CharField(max_length=3, default="EUR")

    class Meta:
        ordering = ["owner"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(balance__gte=0),
                name="no_debts",
                violation_error_message="An account must not be in debt.",
            )
        ]

    def __str__(self):
        return f"{self.owner}: {self.balance} {self.currency}"


class Booking(models.Model):
    text = models.CharField(max_length=100)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.text
