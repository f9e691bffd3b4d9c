from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Asked for whole, or compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("accounts", "0006_roles_of_help_and_money")]

    operations = [
        no_index_by_beginning("accounts", "User", "username"),
        no_index_by_beginning("accounts", "WechatIdentity", "union_id"),
        no_index_by_beginning("accounts", "Attempt", "key"),
        no_index_by_beginning("accounts", "SignIn", "session_key"),
        no_index_by_beginning("accounts", "ApiToken", "token_hash"),
        no_index_by_beginning("accounts", "Partner", "path"),
        no_index_by_beginning("accounts", "PartnerToken", "token_hash"),
    ]
