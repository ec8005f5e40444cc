"""The door for the web server; nothing but the application object lives here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sns_governance.settings")

application = get_wsgi_application()
