"""Makes and measures the model that the engine runs."""

import os

# With the package come the switches against telemetry, before a library that would send it.
from sqlcomplete.schema.cache import cache_folder

# torch makes this folder when it is imported, in the machine's own for temporary files by default.
os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(cache_folder() / "torch"))
