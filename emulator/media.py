# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Uploads: the content of a request, and the JSON that describes it."""

from __future__ import annotations

import email
import json


def split(upload_type: str, content_type: str, raw: bytes) -> tuple[dict, bytes]:
    """Metadata and content of an upload of type `media` or `multipart`.

    Raises ValueError with one sentence for another type, or a body that is not what its type says.
    """
    if upload_type == "media":
        return {"contentType": content_type}, raw
    if upload_type != "multipart":
        raise ValueError(f"uploadType={upload_type} is not served by the emulator: use media or multipart")
    parts = email.message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + raw).get_payload()
    if not isinstance(parts, list) or len(parts) != 2:
        raise ValueError("a multipart upload has two parts, JSON and content")
    description, content = parts
    metadata = json.loads(description.get_payload(decode=True))
    return {"contentType": content.get_content_type(), **metadata}, content.get_payload(decode=True)
