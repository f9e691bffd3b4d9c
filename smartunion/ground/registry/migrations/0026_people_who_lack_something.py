from django.db import migrations

from smartunion.core.physical import index_few


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0025_what_a_transfer_lacks'),
    ]

    operations = [
        index_few('registry', 'Person', 'person_no_number', 'id', 'resident_id_index IS NULL'),
        index_few('registry', 'Person', 'person_no_mobile', 'id', 'mobile_index IS NULL'),
        index_few('registry', 'Person', 'person_no_sex', 'id', "sex = ''"),
        index_few('registry', 'Person', 'person_birth', 'birth_date'),
    ]
