"""Prove that the verdicts on record reproduce every stored W, score and alarm meter."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from review import autonomy
from review.models import Lane


class Command(BaseCommand):
    help = "Replay every lane's verdicts; the first figure that they do not reproduce is named."

    def handle(self, *args: Any, **options: Any) -> None:
        lanes = list(Lane.objects.order_by("output_class", "segment"))
        for lane in lanes:
            found = autonomy.difference(lane)
            if found:
                raise CommandError(f"{found}.")
        verdicts = sum(lane.verdicts for lane in lanes)
        self.stdout.write(f"{verdicts} verdicts of {len(lanes)} lanes reproduce every figure.")
