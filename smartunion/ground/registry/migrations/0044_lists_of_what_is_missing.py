import datetime

from django.db import migrations, models

from smartunion.core.physical import index_few, taken_back


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0043_terms_keep_their_proper_end'),
    ]

    operations = [
        # On PostgreSQL alone until now, and the birth date of everybody in one of them.
        taken_back(index_few('registry', 'Person', 'person_no_number', 'id', 'resident_id_index IS NULL')),
        taken_back(index_few('registry', 'Person', 'person_no_mobile', 'id', 'mobile_index IS NULL')),
        taken_back(index_few('registry', 'Person', 'person_no_sex', 'id', "sex = ''")),
        taken_back(index_few('registry', 'Person', 'person_birth', 'birth_date')),
        migrations.AddIndex(
            model_name='employer',
            index=models.Index(condition=models.Q(('uscc', '')), fields=['id'], name='employer_lacks_code'),
        ),
        migrations.AddIndex(
            model_name='employer',
            index=models.Index(condition=models.Q(('unit_nature', '')), fields=['id'], name='employer_lacks_nature'),
        ),
        migrations.AddIndex(
            model_name='employer',
            index=models.Index(condition=models.Q(('industry', '')), fields=['id'], name='employer_lacks_industry'),
        ),
        migrations.AddIndex(
            model_name='employer',
            index=models.Index(condition=models.Q(('state', 'closed')), fields=['id'], name='employer_closed'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(condition=models.Q(('employer', None), ('employer_name', ''), ('ended_on', None)), fields=['employer', 'id'], name='membership_no_firm'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('resident_id_index', None)), fields=['id'], name='person_lacks_number'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('mobile_index', None)), fields=['id'], name='person_lacks_mobile'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('sex', '')), fields=['id'], name='person_lacks_sex'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('employment_status', '')), fields=['id'], name='person_lacks_status'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('birth_date', None)), fields=['id'], name='person_lacks_birth'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('birth_date__gte', datetime.date(2010, 1, 1))), fields=['birth_date'], name='person_born_late'),
        ),
    ]
