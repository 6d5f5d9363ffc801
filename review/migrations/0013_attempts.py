from django.db import migrations, models


def weigh(apps, schema_editor):
    """An epoch ends when edits weigh differently, so the first such change since it was opened
    tells how they weighed in it; without one, the lane does."""
    epochs = apps.get_model("review", "EvidenceEpoch")
    changes = apps.get_model("review", "LaneChange")
    for epoch in epochs.objects.select_related("lane").iterator():
        later = changes.objects.filter(lane=epoch.lane, kind="settings", at__gte=epoch.opened_at)
        losses = (
            change.before["minor_loss"]
            for change in later.order_by("at", "pk")
            if change.before["minor_loss"] != change.after["minor_loss"]
        )
        epoch.minor_loss = next(losses, epoch.lane.minor_loss)
        epoch.doublings = epoch.demotions
        epoch.save(update_fields=["minor_loss", "doublings"])


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0012_reviewers'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidenceepoch',
            name='doublings',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='evidenceepoch',
            name='minor_loss',
            field=models.FloatField(default=0.1),
        ),
        migrations.AddField(
            model_name='evidenceepoch',
            name='reopened_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='evidenceepoch',
            name='unscored',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='complained_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(weigh, migrations.RunPython.noop),
    ]
