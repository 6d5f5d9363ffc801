from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('revenue', '0012_day'),
    ]

    operations = [
        migrations.CreateModel(
            name='ModelAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(blank=True, max_length=300)),
                ('model', models.CharField(max_length=120)),
                ('secret', models.TextField(blank=True)),
                ('key_id', models.CharField(blank=True, max_length=16)),
            ],
            options={
                'verbose_name': 'key of the model at',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='model_access_is_one_row')],
            },
        ),
    ]
