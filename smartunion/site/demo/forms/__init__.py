"""The federation's own spreadsheets of the demo place, as people really send them."""

from smartunion.site.demo.forms.write import FormFile, write_forms

__all__ = ["FormFile", "write_forms"]
