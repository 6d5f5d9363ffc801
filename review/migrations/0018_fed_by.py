from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0017_less'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidenceepoch',
            name='fed_by',
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
