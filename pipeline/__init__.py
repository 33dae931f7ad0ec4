"""contact-import: spreadsheets of enriched people become Apollo.io contacts."""

__version__ = "0.1.0"
