"""`python -m pipeline` is the program, called by another name."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
