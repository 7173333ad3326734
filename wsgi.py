"""What a WSGI server loads: the application, with this file's folder as the checkout."""

import os
from pathlib import Path

from factually.application import create_app
from factually.foundation.logs import configure_logs
from factually.settings import read_settings

configure_logs()
application = create_app(read_settings(os.environ, Path(__file__).parent))
