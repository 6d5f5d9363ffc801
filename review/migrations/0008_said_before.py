from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0007_bulk'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovedSentence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('output_class', models.CharField(max_length=60)),
                ('digest', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('output_class', 'digest'), name='said_once')],
            },
        ),
    ]
