from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0004_vouched'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['-at', '-id'], name='decisions_by_time'),
        ),
    ]
