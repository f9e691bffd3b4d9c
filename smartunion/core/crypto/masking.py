"""What a screen shows of personal data before a reasoned reveal."""


def mask_resident_id(value: str) -> str:
    """First three and last two characters: 330***********12. Short or empty values are hidden whole."""
    return f"{value[:3]}{'*' * (len(value) - 5)}{value[-2:]}" if len(value) >= 15 else "*" * len(value)


def mask_phone(value: str) -> str:
    """138****1234; anything shorter than seven digits is hidden whole."""
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 11 else "*" * len(value)


def mask_name(value: str) -> str:
    """Surname kept, the rest starred: 王*, 欧**; used where a name meets strangers."""
    return value[:1] + "*" * (len(value) - 1)
