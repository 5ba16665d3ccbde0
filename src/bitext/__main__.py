"""`python -m bitext`: the command line."""

from bitext.cli import main

raise SystemExit(main())
