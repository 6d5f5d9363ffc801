from typing import Any

from django.db import migrations, models
from django.db.models import F

VERDICTS = ['not_needed', 'rightly_mine', 'for_manager']


def move_from_reason(apps: Any, editor: Any) -> None:
    """Until now the verdict of a settled question stood where a rejection has its reason."""
    rows = apps.get_model('review', 'Decision').objects.filter(verb='resolve', reason__in=VERDICTS)
    rows.update(escalation_verdict=F('reason'), reason='')


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0008_said_before'),
    ]

    operations = [
        migrations.AddField(
            model_name='decision',
            name='escalation_verdict',
            field=models.CharField(blank=True, choices=[('not_needed', 'Didn’t need me'), ('rightly_mine', 'Rightly mine'), ('for_manager', 'Needed my manager')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('escalation_verdict__in', ['', *VERDICTS])), name='escalation_verdict'),
        ),
        migrations.RunPython(move_from_reason, migrations.RunPython.noop),
    ]
