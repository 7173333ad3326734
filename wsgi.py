"""What a WSGI server loads: the application, with this file's folder as the checkout."""

import os
from pathlib import Path

from factually.application import build_parts, create_app
from factually.foundation.logs import configure_logs
from factually.settings import read_settings

configure_logs()
_settings = read_settings(os.environ, Path(__file__).parent)
_parts = build_parts(_settings)
_parts.database.fill_pools()
application = create_app(_settings, _parts)
