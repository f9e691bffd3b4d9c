from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Asked for whole, or compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("registry", "0034_certificates_of_mergers_hold_as_printed")]

    operations = [
        no_index_by_beginning("registry", "Transfer", "from_path"),
        no_index_by_beginning("registry", "Transfer", "to_path"),
        no_index_by_beginning("registry", "Region", "path"),
        no_index_by_beginning("registry", "TradeUnion", "number"),
        no_index_by_beginning("registry", "TradeUnion", "name_key"),
        no_index_by_beginning("registry", "TradeUnion", "path"),
        no_index_by_beginning("registry", "TradeUnion", "uscc"),
        no_index_by_beginning("registry", "TradeUnion", "external_id"),
        no_index_by_beginning("registry", "UnionFormerName", "name_key"),
        no_index_by_beginning("registry", "UnionTallyDelta", "path"),
        no_index_by_beginning("registry", "NumberSeries", "key"),
        no_index_by_beginning("registry", "Employer", "brand_key"),
        no_index_by_beginning("registry", "Employer", "old_reg_no"),
        no_index_by_beginning("registry", "Employer", "org_code"),
        no_index_by_beginning("registry", "Employer", "entity_id"),
        no_index_by_beginning("registry", "Employer", "territory_path"),
        no_index_by_beginning("registry", "Certificate", "number"),
        no_index_by_beginning("registry", "Restructuring", "path"),
    ]
