from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agents', '0005_planted'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgentState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent', models.CharField(max_length=40, unique=True)),
                ('is_available', models.BooleanField(default=False)),
                ('is_on', models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name='agentconfig',
            name='budget',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True),
        ),
        migrations.AddField(
            model_name='agentconfig',
            name='change',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='agentconfig',
            name='note',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='agentconfig',
            name='restores',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
    ]
