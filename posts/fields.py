"""Form fields that several forms of posts share. They parse what a browser sends, and decide nothing."""

from typing import Any

from django import forms

# A number longer than this is no id of ours, and more than a database takes.
_LONGEST_ID = 15


class RowsField(forms.ModelMultipleChoiceField):
    """Rows by their ids, as checkboxes send them; what no database takes for an id is no choice."""

    def clean(self, value: Any) -> Any:
        ids = value if isinstance(value, (list, tuple)) else []
        if any(not str(pk).isdecimal() or len(str(pk)) > _LONGEST_ID for pk in ids):
            raise forms.ValidationError(self.error_messages["invalid_choice"])
        return super().clean(value)
