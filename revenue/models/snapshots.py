"""Big texts, stored once by the hash of their content. Written by `revenue.snapshots` alone."""

from django.db import models


class Snapshot(models.Model):
    hash = models.CharField(max_length=64, primary_key=True)
    body = models.BinaryField()  # zlib

    def __str__(self) -> str:
        return self.hash
