from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agents', '0007_classes_and_scenarios'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='told',
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
