"""A JSON Merge Patch (RFC 7396): what changes in a document, written as the document itself is. Pure."""

from typing import Any


def merged(document: Any, patch: Any) -> Any:
    """The document with the patch in it: mappings are merged, null removes, anything else takes the place of what was.

    The document stays as it is.
    """
    if not isinstance(patch, dict):
        return patch
    whole = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            whole.pop(name, None)
        else:
            whole[name] = merged(whole.get(name), value)
    return whole
