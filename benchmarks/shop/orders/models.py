from django.conf import settings
from django.db import models


class Order(models.Model):
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Line(models.Model):
    class Packing(models.TextChoices):
        BOX = "box"
        BAG = "bag"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey("stock.Product", on_delete=models.PROTECT)
    email = models.EmailField()
    quantity = models.PositiveIntegerField(default=1)
    day = models.DateField()
    packing = models.CharField(max_length=3, choices=Packing.choices, default=Packing.BOX)
