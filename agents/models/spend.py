"""What models may cost and did. Written by `agents.budget` alone."""

from django.db import models


class Spend(models.Model):
    """One row per scope and UTC day: "all", "agent:outreach", "account:12". US dollars."""

    scope = models.CharField(max_length=60)
    day = models.DateField()
    reserved = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    settled = models.DecimalField(max_digits=12, decimal_places=6, default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "day"], name="one_spend_row")]

    def __str__(self) -> str:
        return f"{self.scope} on {self.day}"
