"""`python -m tui` is `rushes`."""

from tui.cli import main

main()
