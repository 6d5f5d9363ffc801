from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone

OPEN = ('pending', 'snoozed', 'rewriting', 'escalated')
USUAL = {
    'question': 4, 'outreach.reply': 4, 'outreach.follow_up': 8, 'outreach.first_email': 16, 'buyer': 16,
    'outreach.breakup': 24, 'prospecting.account_add': 24, 'prospecting.contact_add': 24, 'record': 24, 'none': 32,
}
UNTRUSTED = 'every one is reviewed until the class has earned trust.'
ALWAYS = (
    'Sending is stopped here', 'A strategic account', 'The text speaks of a price', 'It answers a live message',
    'Written by ', 'Text from outside was read', 'Its agent was given orders',
)


def order_what_is_there(apps, schema):
    """At first by expiry; what is open gets its exact time within minutes, by the sweep that also counts a
    manager's new times."""
    items = apps.get_model('review', 'ReviewItem').objects
    items.update(decide_by=F('expires_at'))
    if items.filter(state__in=OPEN).exists():
        level = apps.get_model('review', 'ServiceLevel')
        level.objects.bulk_create(level(kind=kind, hours=hours, counted_to=0) for kind, hours in USUAL.items())


def say_why(apps, schema):
    """The cause of what is open, from the words that were kept of it."""
    items = apps.get_model('review', 'ReviewItem').objects.filter(state__in=OPEN)
    always = Q(reason__endswith='always reviewed by a person.') | Q(reason__contains=' is a sensitive contact (')
    for start in ALWAYS:
        always |= Q(reason__startswith=start)
    items.update(cause='guard')
    items.filter(reason__endswith=UNTRUSTED).update(cause='untrusted')
    items.filter(always).update(cause='always')
    items.filter(draft=None).update(cause='question')


class Migration(migrations.Migration):

    dependencies = [
        ('agents', '0003_looked_at'),
        ('revenue', '0008_consent'),
        ('review', '0009_escalation_verdict'),
    ]

    operations = [
        migrations.CreateModel(
            name='ServiceLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60, unique=True)),
                ('hours', models.PositiveSmallIntegerField()),
                ('in_working_hours', models.BooleanField(default=True)),
                ('counted_to', models.PositiveBigIntegerField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='reviewitem',
            name='desk',
        ),
        migrations.AddField(
            model_name='reviewitem',
            name='cause',
            field=models.CharField(choices=[('untrusted', 'Class not trusted yet'), ('claim', 'A claim without a source'), ('guard', 'Another check found something'), ('always', 'Always reviewed'), ('question', 'A question')], default='untrusted', max_length=10),
        ),
        migrations.AddField(
            model_name='reviewitem',
            name='decide_by',
            field=models.DateTimeField(default=timezone.now),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='reviewitem',
            index=models.Index(condition=models.Q(('state', 'pending'), ('state', 'snoozed'), ('state', 'rewriting'), ('state', 'escalated'), _connector='OR'), fields=['decide_by', 'id'], name='desk_order'),
        ),
        migrations.AddIndex(
            model_name='reviewitem',
            index=models.Index(condition=models.Q(('state', 'pending'), ('state', 'snoozed'), ('state', 'rewriting'), ('state', 'escalated'), _connector='OR'), fields=['state_since'], name='desk_arrivals'),
        ),
        migrations.RunPython(order_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(say_why, migrations.RunPython.noop),
    ]
