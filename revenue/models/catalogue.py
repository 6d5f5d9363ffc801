"""What we sell and what may be said about it. Written by the importer and by admins."""

from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=120, unique=True)
    series = models.CharField(max_length=120, blank=True)
    list_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Claim(models.Model):
    """A sentence that somebody approved: agents may assert it without further evidence."""

    text = models.CharField(max_length=500, unique=True)
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.CASCADE)
    approved_by = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.text
