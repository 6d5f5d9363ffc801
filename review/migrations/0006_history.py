from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0005_notices'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='decision', name='decisions_by_person'),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['by', '-at', '-id'], name='decisions_by_person'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['-at', '-id'], name='decisions_by_time'),
        ),
    ]
