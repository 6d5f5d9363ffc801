"""How the model is reached, where that was typed into a page. Written by `revenue.model_access`.

The key is kept encrypted (`revenue.vault`), with the id of the key that it was encrypted with;
nothing shows it again.
"""

from django.db import models


class ModelAccess(models.Model):
    """A single row (pk 1). `url` "" is the official endpoint."""

    SEALED = (("secret", "key_id"),)

    url = models.CharField(max_length=300, blank=True)
    model = models.CharField(max_length=120)
    secret = models.TextField(blank=True)
    key_id = models.CharField(max_length=16, blank=True)

    objects = models.Manager()

    class Meta:
        verbose_name = "key of the model at"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="model_access_is_one_row"),
        ]

    def __str__(self) -> str:
        return self.url or "the official endpoint"
