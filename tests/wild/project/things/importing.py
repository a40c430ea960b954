from import_export.formats import base_formats
from import_export.forms import ImportForm
from import_export.resources import modelresource_factory

from .models import Thing


def make_import_form(**kwargs):
    return ImportForm(
        [base_formats.CSV, base_formats.JSON], [modelresource_factory(Thing)], **kwargs
    )
