"""Parts of forms that several services ask in the same way."""

from smartunion.engines.casework.definition.shapes import Field, FieldKind, Option
from smartunion.engines.casework.definition.texts import text

#: Whose account it is, as the applicant chooses; "self" is her own.
RELATIONS = (
    Option("self", text("本人", "Her own")),
    Option("spouse", text("配偶", "Spouse")),
    Option("child", text("子女", "Child")),
    Option("parent", text("父母", "Parent")),
    Option("guardian", text("监护人", "Guardian")),
    Option("relative", text("其他亲属", "Another relative")),
)


def payee_fields(*, service: str, own_only: bool = False) -> tuple[Field, ...]:
    """Where money goes: payee, relation, bank, account; read by payments.payee_of.

    service: key of the service, whose last case fills bank and account in; own_only: paid into her own account alone, so
    that the relation is not asked.
    """
    relation = Field(
        "relation", FieldKind.CHOICE, text("这是谁的账户", "Whose account it is"), options=RELATIONS,
        help=text("不是本人账户的，付款前核对关系。", "If it is not yours, the relation is checked before it is paid."),
    )  # fmt: skip
    why = (
        text("只打到本人账户；加密保存。", "Paid to your own account alone; sealed.") if own_only
        else text("款项直接打到这个账户；加密保存。", "Money goes there; sealed.")
    )  # fmt: skip
    name = Field(
        "payee",
        FieldKind.TEXT,
        text("户名", "Name on the account"),
        maximum=60,
        prefill="person.name",
        why=why,
    )
    bank = Field("bank", FieldKind.TEXT, text("开户银行", "Bank"), maximum=60, prefill=f"case.{service}.bank")
    account = Field(
        "account", FieldKind.TEXT, text("银行卡号", "Card number"), minimum=6, maximum=40,
        prefill=f"case.{service}.account", why=text("只用于打款。", "Only for the payment."),
    )  # fmt: skip
    return (name, bank, account) if own_only else (name, relation, bank, account)
