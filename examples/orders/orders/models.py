"""What is ordered, by whom."""

from django.db import models


class Product(models.Model):
    """Something that can be ordered, as long as there is any."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    stock = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.name


class Order(models.Model):
    """An order; no two have the same number."""

    number = models.CharField(max_length=20, unique=True)
    customer = models.CharField(max_length=60)
    day = models.DateField()
    attachment = models.FileField(upload_to="orders", blank=True)

    def __str__(self):
        return self.number


class Line(models.Model):
    """How many of a product an order is for. No two lines of the shop have the same label."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT)
    label = models.CharField(max_length=20, unique=True)
    count = models.PositiveIntegerField()

    def __str__(self):
        return self.label
