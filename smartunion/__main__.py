"""`python -m smartunion COMMAND …`: the one command line of the project."""

from smartunion.site.cli import main

if __name__ == "__main__":
    main()
