"""Records made of fields and values, for the tests of linking."""

from trialwright.model.source import Record, Source, Statement


def record(source, fields, absent=None, text=""):
    """A record whose text is the values of its statements, one after the other."""
    statements = []
    for field, value in fields:
        words = str(value)
        statements.append(
            Statement(field=field, value=value, source=source, span=(len(text), len(text) + len(words)))
        )
        text += words + "\n"
    return Record(
        source=Source(id=source, format="test", uri=f"{source}.txt", sha256=source * 4),
        text=text,
        statements=tuple(statements),
        absent=absent or {},
    )


NCT = {"value": "NCT00000001", "scheme": "nct", "role": "registry"}
