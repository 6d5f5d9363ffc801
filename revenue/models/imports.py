"""What was imported, and what became of every row with a fault. Written by `revenue.importing`."""

from django.db import models

from .people import User


class ImportBatch(models.Model):
    """One import. In the browser: preview –a person says yes→ queued –done→ done, or –it cannot go
    on→ preview again, with its `trouble`; a process has it as long as `claim` and `claimed_until`
    say. By the command: running → done."""

    class State(models.TextChoices):
        PREVIEW = "preview", "Preview"
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"

    name = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)

    # How far it is, and whose it is at this moment; see `revenue.importing.claims`.
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    cursor = models.JSONField(default=dict, blank=True)
    claim = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.name


class ImportIssue(models.Model):
    """One row with a fault, and what was done about it."""

    class Action(models.TextChoices):
        MAPPED = "mapped", "Mapped"
        KEPT = "kept", "Kept"
        SKIPPED = "skipped", "Not imported"

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="issues")
    file = models.CharField(max_length=300)
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=120, blank=True)
    found = models.CharField(max_length=300, blank=True)
    problem = models.CharField(max_length=400)
    action = models.CharField(max_length=10, choices=Action)

    class Meta:
        ordering = ["file", "row", "pk"]

    def __str__(self) -> str:
        return f"{self.file} row {self.row}: {self.problem}"
