"""`python -m smartunion.systems.organising.matching DATA_DIR --out OUT_DIR`."""

import sys

from smartunion.systems.organising.matching.cli import main

sys.exit(main())
