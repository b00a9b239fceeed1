"""`python -m sqlcomplete.cli` is the command `sqlcomplete`."""

from sqlcomplete.cli.main import main

main()
