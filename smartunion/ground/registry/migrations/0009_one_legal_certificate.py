from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0008_end_old_certificates'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'legal_person'), ('state', 'valid')), fields=('union',), name='one_legal_certificate'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), ('ended_on__isnull', False), _connector='OR'), name='certificate_end_dated'),
        ),
    ]
