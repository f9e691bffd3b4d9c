"""Django's WSGI side."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
os.environ.setdefault("SMARTUNION_POOL", "1")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # every view, form and template tag is loaded now
gc.collect()
gc.freeze()  # what is loaded stays for good: looking through it again held up one page in fifty by a third of a second
