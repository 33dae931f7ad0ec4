"""The same rows through django-import-export, as its documentation shows it.

python benchmarks/_django_rows.py dry|bulk SOURCE
"""

# mypy: ignore-errors
import sys
from pathlib import Path

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["import_export"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

import tablib  # noqa: E402 - Django has to be set up before
from django.db import connection, models  # noqa: E402
from import_export import fields, resources  # noqa: E402

COLUMNS = {
    "first_name": "First Name",
    "last_name": "Last Name",
    "title": "Title",
    "company": "Company",
    "email": "Email",
    "website": "Website",
    "mobile": "Mobile",
    "phone": "Work Phone",
    "city": "City",
    "state": "State",
    "country": "Country",
    "linkedin": "LinkedIn",
    "stage": "Stage",
    "lists": "Lists",
    "industry": "Industry",
    "score": "Score",
}
KINDS = {"email": models.EmailField, "website": models.URLField}

Person = type(
    "Person",
    (models.Model,),
    {
        "__module__": __name__,
        "Meta": type("Meta", (), {"app_label": "import_export"}),
        **{name: KINDS.get(name, models.CharField)(max_length=200, blank=True) for name in COLUMNS},
    },
)


def resource(way: str) -> resources.ModelResource:
    """One that creates people, row by row or in bulk."""
    options = {"model": Person, "fields": (*COLUMNS,), "import_id_fields": (), "use_bulk": way == "bulk"}
    if way == "dry":
        options["clean_model_instances"] = True
    columns = {name: fields.Field(attribute=name, column_name=column) for name, column in COLUMNS.items()}
    return type("People", (resources.ModelResource,), {**columns, "Meta": type("Meta", (), options)})()


if __name__ == "__main__":
    with connection.schema_editor() as editor:
        editor.create_model(Person)
    table = tablib.Dataset().load(Path(sys.argv[2]).read_text("utf-8"), format="csv")
    resource(sys.argv[1]).import_data(table, dry_run=sys.argv[1] == "dry", raise_errors=False)
