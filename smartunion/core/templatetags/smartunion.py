"""Template filters used everywhere; nothing here computes business values."""

from django import template

from smartunion.core.crypto.masking import mask_name, mask_phone, mask_resident_id

register = template.Library()
register.filter("mask_name", mask_name)
register.filter("mask_phone", mask_phone)
register.filter("mask_resident_id", mask_resident_id)
